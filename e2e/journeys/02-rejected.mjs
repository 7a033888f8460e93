// A request that is rejected: the requester is told why, and the unit gets a signed letter.

import { journey } from "../harness.mjs";
import { people, same } from "../people.mjs";

journey("rejected with an explanation", async (office) => {
  const { nurul, hendra, rina, dewi } = await people(office, "nurul", "hendra", "rina", "dewi");
  const no = await nurul.asks({ subject: "Permintaan kamera", kind: "Lainnya, atau belum tahu", urgency: "Biasa" });
  await hendra.routes(no);
  await rina.rejects(no, "Pengadaan ditangani Bagian Umum.");
  await nurul.follows(no);
  await nurul.reads("Penjelasan untuk Anda sedang ditulis");

  await rina.explains(no, "Kamera diadakan oleh Bagian Umum; kirim nota dinas dengan jumlahnya.");
  await rina.orders(no, "Dewi Kartikasari");
  await dewi.draftsRejection(no, { Hal: "Permintaan kamera", "Isi surat": "Belum dapat kami penuhi." });
  await rina.correctsRejection(no, { "Isi surat sesudah koreksi": "Belum dapat kami penuhi. Bagian Umum siap membantu." });
  await hendra.signsRejection(no);

  await nurul.follows(no);
  await nurul.reads("Permintaan ini ditolak pada");
  await nurul.reads("Bukan kewenangan Tim Datin");
  await nurul.reads("Pengadaan ditangani Bagian Umum.");
  await nurul.reads("Kamera diadakan oleh Bagian Umum; kirim nota dinas dengan jumlahnya.");
  await nurul.readsLetter("Surat ke satker pemohon", "Belum dapat kami penuhi. Bagian Umum siap membantu.", "Hendra Prawira");
  await nurul.page.goBack();
  await nurul.readsLetter("Surat penjelasan terperinci", "Kamera diadakan oleh Bagian Umum", "Rina Wulandari");
});

journey("rejected with an alternative solution", async (office) => {
  const { taufik, hendra, rina, dewi } = await people(office, "taufik", "hendra", "rina", "dewi");
  const no = await taufik.asks({ subject: "Permintaan ruang simpan", kind: "Lainnya, atau belum tahu" });
  await hendra.routes(no);
  await rina.rejects(no);
  await rina.advises(no, "Pakai ruang simpan bersama kementerian.");
  await rina.orders(no, "Dewi Kartikasari");
  await dewi.draftsRejection(no);
  await rina.correctsRejection(no);
  await hendra.signsRejection(no);

  await taufik.follows(no);
  await taufik.reads("Permintaan ini ditolak pada");
  await taufik.reads("Pakai ruang simpan bersama kementerian.");
  // The rows of the accepted way are not shown to somebody whose request was rejected.
  same(await taufik.page.getByText("Kerusakan diperbaiki").count(), 0, "How often a repair is mentioned");
});
