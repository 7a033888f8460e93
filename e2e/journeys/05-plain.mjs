// The whole way without a script, on a phone.

import { journey, noSideScroll } from "../harness.mjs";
import { comes, holds } from "../people.mjs";

journey("the whole path without JavaScript, on a phone", async (office) => {
  const plain = (who) => comes(office, who, { noJavaScript: true, phone: true });
  const [sari, hendra, rina, yohanes] = await Promise.all(["sari", "hendra", "rina", "yohanes"].map(plain));
  const no = await sari.asks({ subject: "Tanpa skrip, dari ponsel", since: "1-11-2026" });
  await noSideScroll(sari.page);
  await hendra.takes(no, "Disposisikan permintaan");
  await noSideScroll(hendra.page);
  await hendra.routes(no);
  await rina.takes(no, "Kaji permintaan, lalu putuskan");
  await rina.approves(no, "Yohanes Tallo");
  await yohanes.takes(no, "Identifikasi kerusakan");
  await yohanes.identifies(no, "Keduanya, diperiksa bersamaan");
  await yohanes.examinesServer(no);
  await yohanes.examinesApplication(no);
  await yohanes.logs(no, "Layanan dijalankan lagi.");
  await noSideScroll(yohanes.page);
  await yohanes.repairs(no);
  await rina.passes(no);
  await yohanes.reports(no);
  await rina.approvesReport(no);
  await yohanes.draftsReply(no);
  await rina.correctsReply(no);
  await hendra.signsReply(no);
  await sari.follows(no);
  await sari.reads("Selesai pada");
  await sari.readsLetter("Surat balasan ke satker", "Telah selesai kami tangani.", "Hendra Prawira");
  await noSideScroll(sari.page);
  for (const { page } of [sari, hendra, rina, yohanes]) holds(page.viewportSize().width === 390, "This was to be a phone.");
});
