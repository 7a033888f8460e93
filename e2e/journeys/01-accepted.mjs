// A request that is accepted, from the form to the signed reply, on each branch of row 6.

import { journey } from "../harness.mjs";
import { people } from "../people.mjs";

journey("accepted with 6a, everybody working from the inbox", async (office) => {
  const { markus, hendra, rina, budi } = await people(office, "markus", "hendra", "rina", "budi");
  const no = await markus.asks({ subject: "Galeri memuat iklan" });
  await markus.reads("Menunggu diteruskan kepada Tim Datin");

  await hendra.takes(no, "Disposisikan permintaan");
  await hendra.routes(no);
  await markus.follows(no);
  await markus.reads("Permintaan sedang dikaji");

  await rina.takes(no, "Kaji permintaan, lalu putuskan");
  await rina.approves(no, "Budi Prasetyo");
  await markus.follows(no);
  await markus.reads("Sebab kerusakan sedang dicari oleh Budi Prasetyo.");
  await markus.reads(/Sisa .* kerja/);

  await budi.takes(no, "Identifikasi kerusakan");
  await budi.identifies(no, "Sistem aplikasi atau situs");
  await budi.takes(no, "Periksa aplikasi atau situs");
  await budi.examinesApplication(no);
  await budi.takes(no, "Perbaiki, catat tahapannya");
  await budi.logs(no, "Pengaya dilepas pada salinan uji.");
  await budi.logs(no, "Pengaya diganti pada situs.");
  await budi.repairs(no);
  await rina.takes(no, "Periksa hasil perbaikan");
  await rina.passes(no);
  await budi.takes(no, "Buat laporan penyelesaian dan konsep balasan");
  await budi.reports(no, { "Konsep surat balasan ke satker": "Iklan pada galeri telah dihapus." });
  await rina.takes(no, "Setujui laporan penyelesaian");
  await rina.approvesReport(no);
  await budi.takes(no, "Siapkan surat balasan");
  await budi.carriesOn("Siapkan surat balasan", "Isi surat balasan", "Iklan pada galeri telah dihapus.");
  await budi.draftsReply(no);
  await rina.takes(no, "Koreksi surat balasan");
  await rina.correctsReply(no, { "Isi surat sesudah koreksi": "Iklan pada galeri telah dihapus seluruhnya." });
  await hendra.takes(no, "Tanda tangani surat balasan");
  await hendra.signsReply(no);

  await hendra.reads(/^Selesai/);
  await markus.follows(no);
  await markus.reads("Selesai pada");
  await markus.readsLetter("Surat balasan ke satker", "Iklan pada galeri telah dihapus seluruhnya.", "Hendra Prawira");
});

journey("accepted with 6b, then reopened by the team lead", async (office) => {
  const { jefri, hendra, rina, yohanes } = await people(office, "jefri", "hendra", "rina", "yohanes");
  const no = await jefri.asks({ subject: "Server presensi mati", kind: "Server tidak dapat dijangkau", urgency: "Sangat segera" });
  await hendra.routes(no);
  await rina.approves(no, "Yohanes Tallo");
  await yohanes.identifies(no, "Server mati");
  await yohanes.examinesServer(no);
  await yohanes.logs(no, "Layanan dijalankan lagi.");
  await yohanes.repairs(no);
  await rina.passes(no);
  await yohanes.reports(no);
  await rina.approvesReport(no);
  await yohanes.draftsReply(no);
  await rina.correctsReply(no);
  await hendra.signsReply(no);

  await rina.opens(no);
  await rina.readsNot("Tangguhkan");
  await rina.reopens(no, "Pemohon melaporkan server mati lagi.");
  await rina.reads("membuka kembali kasus ini");
  await yohanes.takes(no, "Identifikasi kerusakan");
  await yohanes.reads("putaran 2");
  await jefri.follows(no);
  await jefri.reads("Sebab kerusakan sedang dicari oleh Yohanes Tallo.");
});

journey("accepted with both, 6a and 6b by two people in the other order", async (office) => {
  const { bambang, hendra, rina, budi, yohanes } = await people(office, "bambang", "hendra", "rina", "budi", "yohanes");
  const no = await bambang.asks({ subject: "Situs dan server lambat" });
  await hendra.routes(no);
  await rina.approves(no, "Budi Prasetyo");
  await budi.identifies(no, "Keduanya, diperiksa bersamaan");
  await bambang.follows(no);
  await bambang.reads("Aplikasi sedang diperiksa oleh Budi Prasetyo.");
  await bambang.reads("Server sedang diperiksa oleh Budi Prasetyo.");

  await rina.reassigns(no, "Periksa server", "Yohanes Tallo");
  await rina.reads("mengalihkan tugas “Periksa server” kepada Yohanes Tallo");
  await bambang.follows(no);
  await bambang.reads("Server sedang diperiksa oleh Yohanes Tallo.");

  // Budi begins with 6a, Yohanes is done with 6b first: each is only about their own row.
  await budi.opens(no);
  await budi.fillsTask("Periksa aplikasi atau situs", { fields: { "Hasil pemeriksaan": "Tema usang." } });
  await yohanes.examinesServer(no);
  await yohanes.reads("Menunggu Budi Prasetyo di langkah 6a.");
  await yohanes.readsNot("Perbaiki, catat tahapannya");
  await budi.sends(budi.completion("Periksa aplikasi atau situs"), { "Rekomendasi perbaikan": "Perbarui tema." });

  // Lending a hand in 6b does not take the case over.
  await budi.logs(no, "Tema diperbarui.");
  await budi.repairs(no);
  await rina.passes(no);
  await rina.reads("Menunggu Budi Prasetyo di langkah 9.");
});
