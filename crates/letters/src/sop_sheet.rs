//! An SOP as its template reads it: the identity block word for word, and the drawn flow table.

use serde_json::{Value, json};
use sop::Sop;
use sop::definition::Step;
use sop::definition::flow::{self, Anchor, Direction, DrawnRow, RowKind, Shape};

pub(crate) fn sheet(sop: &Sop) -> Value {
    let identity = &sop.identity;
    let approval = &identity.approved_by;
    json!({
        "unit": identity.unit,
        "number": identity.number,
        "created": identity.created.text,
        "revised": identity.revised.text,
        "effective": identity.effective.text,
        "approval": { "position": approval.position, "name": approval.name, "nip": approval.nip },
        "title": identity.title,
        "legal_basis": identity.legal_basis,
        "qualifications": identity.qualifications,
        "related": identity.related,
        "equipment": identity.equipment,
        "warnings": identity.warnings,
        "records": identity.records,
        "heading": sop.heading,
        "total": sop.total.text,
        "performers": sop.performers.iter().map(|performer| &performer.column).collect::<Vec<_>>(),
        "pages": pages(sop),
    })
}

/// The rows of each page of the table.
fn pages(sop: &Sop) -> Vec<Vec<Value>> {
    let mut pages: Vec<Vec<Value>> = vec![Vec::new()];
    for drawn in flow::draw(sop) {
        if matches!(drawn.kind, RowKind::FromPreviousPage(_)) {
            pages.push(Vec::new());
        }
        if let Some(page) = pages.last_mut() {
            page.push(row(sop, &drawn));
        }
    }
    pages
}

fn row(sop: &Sop, drawn: &DrawnRow) -> Value {
    let mut row = match &drawn.kind {
        RowKind::Step(no) => sop.step(no).map_or_else(|| connector(String::new()), step),
        RowKind::ToNextPage(page) => connector(format!("Bersambung ke halaman {page}")),
        RowKind::FromPreviousPage(page) => connector(format!("Sambungan dari halaman {page}")),
    };
    row["drawing"] = drawing(drawn);
    row
}

fn step(step: &Step) -> Value {
    json!({
        "step": true,
        "no": format!("{}.", step.no),
        "activity": step.activity,
        "requirements": step.requirements,
        "norm": step.norm.as_ref().map_or("", |norm| norm.text.as_str()),
        "output": step.output,
        "remark": step.remark.as_deref().unwrap_or_default(),
    })
}

fn connector(activity: String) -> Value {
    json!({
        "step": false,
        "no": "",
        "activity": activity,
        "requirements": [],
        "norm": "",
        "output": [],
        "remark": "",
    })
}

/// Places are in percent of the row, distances in pixels, as [`flow`] has them.
fn drawing(drawn: &DrawnRow) -> Value {
    let symbols = drawn
        .symbols
        .iter()
        .map(|symbol| json!({ "shape": shape(symbol.shape), "x": symbol.x, "y": symbol.y }));
    let lines = drawn.lines.iter().map(|line| json!([line.x1, line.y1, line.x2, line.y2]));
    let arrows = drawn.arrows.iter().map(|arrow| {
        json!({
            "direction": direction(arrow.direction),
            "x": arrow.x, "y": arrow.y, "dx": arrow.dx, "dy": arrow.dy,
        })
    });
    let labels = drawn.labels.iter().map(|label| {
        json!({
            "text": label.text, "anchor": anchor(label.anchor),
            "x": label.x, "y": label.y, "dx": label.dx, "dy": label.dy,
        })
    });
    json!({
        "bands": drawn.bands,
        "description": drawn.description,
        "symbols": symbols.collect::<Vec<_>>(),
        "lines": lines.collect::<Vec<_>>(),
        "arrows": arrows.collect::<Vec<_>>(),
        "labels": labels.collect::<Vec<_>>(),
    })
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Capsule => "capsule",
        Shape::Box => "box",
        Shape::Diamond => "diamond",
        Shape::Connector => "connector",
    }
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "up",
        Direction::Right => "right",
        Direction::Down => "down",
        Direction::Left => "left",
    }
}

fn anchor(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    }
}
