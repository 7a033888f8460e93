// Work that comes back: a repair that is not good yet, a letter that needs another hand.

import { journey } from "../harness.mjs";
import { people } from "../people.mjs";

journey("rework: the check sends the repair back", async (office) => {
  const { sari, hendra, rina, budi } = await people(office, "sari", "hendra", "rina", "budi");
  const no = await sari.asks({ subject: "Halaman galeri rusak" });
  await hendra.routes(no);
  await rina.approves(no, "Budi Prasetyo");
  await budi.identifies(no, "Sistem aplikasi atau situs");
  await budi.examinesApplication(no);
  await budi.logs(no, "Berkas lama dihapus.");
  await budi.repairs(no);
  await rina.sendsBack(no, "Halaman galeri masih memuat iklan.");
  await rina.reads("Perbaikan (putaran 2)");

  await sari.follows(no);
  await sari.reads("Kerusakan sedang diperbaiki oleh Budi Prasetyo.");
  await sari.reads("Halaman galeri masih memuat iklan.");

  await budi.takes(no, "Perbaiki, catat tahapannya");
  await budi.reads("Halaman galeri masih memuat iklan.");
  // What was logged in the first round does not count for the second.
  await budi.logs(no, "Halaman galeri dibersihkan.");
  await budi.repairs(no);
  await rina.passes(no);
  await rina.reads("Menunggu Budi Prasetyo di langkah 9.");
});

journey("letters come back: from the team lead to the drafter, from the Secretary to the team lead", async (office) => {
  const { nurul, hendra, rina, dewi } = await people(office, "nurul", "hendra", "rina", "dewi");
  const no = await nurul.asks({ subject: "Permintaan penyejuk ruang server", kind: "Lainnya, atau belum tahu" });
  await hendra.routes(no);
  await rina.rejects(no);
  await rina.explains(no, "Bukan kewenangan kami.");
  await rina.orders(no, "Dewi Kartikasari");
  await dewi.draftsRejection(no, { Hal: "Penyejuk ruang", "Isi surat": "Konsep pertama." });

  const remark = { "Yang perlu diperbaiki": "Sebutkan nomor surat pemohon." };
  await rina.completes(no, "Koreksi surat penolakan", { decides: "Kembalikan kepada penyusun", fields: remark });
  await dewi.takes(no, "Siapkan konsep surat penolakan");
  await dewi.reads("Sebutkan nomor surat pemohon.");
  await dewi.carriesOn("Siapkan konsep surat penolakan", "Hal", "Penyejuk ruang");
  await dewi.carriesOn("Siapkan konsep surat penolakan", "Isi surat", "Konsep pertama.");
  await dewi.completes(no, "Siapkan konsep surat penolakan", { fields: { "Isi surat": "Konsep kedua." } });

  await rina.opens(no);
  await rina.fillsTask("Koreksi surat penolakan", { decides: "Teruskan untuk ditandatangani" });
  await rina.carriesOn("Koreksi surat penolakan", "Isi surat sesudah koreksi", "Konsep kedua.");
  await rina.correctsRejection(no, { "Isi surat sesudah koreksi": "Konsep ketiga." });

  await hendra.takes(no, "Tanda tangani surat penolakan");
  await hendra.reads("Konsep ketiga.");
  const wish = { "Yang perlu diperbaiki": "Tambahkan dasar kewenangannya." };
  await hendra.completes(no, "Tanda tangani surat penolakan", { decides: "Kembalikan kepada Ketua Tim", fields: wish });
  await rina.takes(no, "Koreksi surat penolakan");
  await rina.reads("Tambahkan dasar kewenangannya.");
  await rina.fillsTask("Koreksi surat penolakan", { decides: "Teruskan untuk ditandatangani" });
  await rina.carriesOn("Koreksi surat penolakan", "Isi surat sesudah koreksi", "Konsep ketiga.");
  await rina.correctsRejection(no, { "Isi surat sesudah koreksi": "Konsep keempat." });
  await hendra.signsRejection(no);

  await nurul.follows(no);
  await nurul.readsLetter("Surat ke satker pemohon", "Konsep keempat.", "Hendra Prawira");
});
