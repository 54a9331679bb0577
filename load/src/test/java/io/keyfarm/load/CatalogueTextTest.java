package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The words of a catalogue. */
final class CatalogueTextTest {
    static final String SAMPLE = sealed("""
            keyfarm catalogue 1
            number 17 after 15
            current 12 Flüge: id int64, price decimal(12,2) null
            part Fl_ge.12.0.0123456789abcdef.part id 00112233445566770123456789abcdef rows 0 bytes 4108 crc 0009abcd
            part Fl_ge.12.1.0123456789abcde0.part id 00112233445566770123456789abcde0 rows 2147483646 bytes 61440 crc ffffffff
            key price.id HOT 1
            key id COLD 0
            current 17 orders: id int64
            part orders.17.0.0123456789abcdef.part id 11112233445566770123456789abcdef rows 1 bytes 8208 crc 12345678
            previous 9 orders: state char(2)
            part orders.9.0.0123456789abcdef.part id 00112233445566770123456789abcdef rows 1 bytes 8208 crc 87654321
            key state COLD 0
            """);

    @Test
    void shouldReadWhatItPrints() {
        final Catalogue catalogue = parse(SAMPLE);
        assertEquals(17, catalogue.number());
        assertEquals(15, catalogue.previousNumber());
        assertEquals("[Flüge, orders]", catalogue.tables().keySet().toString());
        assertEquals(4, catalogue.files().size());
        assertEquals(3, catalogue.currentFiles().size());
        assertEquals(SAMPLE, new String(CatalogueText.print(catalogue), StandardCharsets.UTF_8));
        final byte[] empty = CatalogueText.print(Catalogue.EMPTY);
        assertEquals(Catalogue.EMPTY, CatalogueText.parse("empty", empty));
    }

    @Test
    void shouldRefuseAFlipOfAnyBitAndEveryShorterText() {
        final byte[] whole = SAMPLE.getBytes(StandardCharsets.UTF_8);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            final byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(LoadException.class, () -> parse(flipped), () -> new String(flipped, StandardCharsets.UTF_8));
        }
        for (int length = 0; length < whole.length; length++) {
            final byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(LoadException.class, () -> parse(cut));
        }
    }

    @Test
    void shouldNameTheLineThatCannotBe() {
        assertRefused("number 17", "number 15", "c:2: '15' should be 0 to 14");
        assertRefused("number 17", "number 11", "c:2: '15' should be 0 to 10");
        assertRefused("after 15", "after -1", "c:2: '-1' should be 0 to 16");
        assertRefused("number 17 after 15", "number 17", "c:2: 'number' takes 4 words");
        assertRefused("current 17", "current 18", "c:8: '18' should be 1 to 17");
        assertRefused("previous 9", "previous 17", "c:10: '17' should be 1 to 16");
        assertRefused("previous 9 orders", "previous 9 order", "c:12: the generation before orders is of order");
        assertRefused("id int64, price", "id int65, price", "c:3: 'int65' is no field type");
        assertRefused("part orders.9.", "part ../orders.9.", "c:11: no part file has the name '../orders.9.");
        assertRefused("rows 2147483646", "rows 2147483647", "c:5: '2147483647' should be 0 to 2147483646");
        assertRefused("rows 1 bytes", "rows 01 bytes", "c: nobody prints a catalogue so");
        assertRefused("crc 12345678", "crc +2345678", "c: nobody prints a catalogue so");
        assertRefused("crc 12345678", "crc", "c:9: 'part' takes 10 words");
        assertRefused("crc 12345678", "crc x2345678", "c:9: ");
        assertRefused("id 11112233", "id 1111223", "is no part id: that has 32 hexadecimal digits");
        assertRefused("key id COLD 0", "key id COLD -1", "c:7: '-1' should be 0 to 2147483647");
        assertRefused("key id COLD 0", "key i/d COLD 0", "c:7: a key to be kept reads");
        assertRefused("key id COLD 0\n", "\n", "c:6: a line that begins with 'current' should stand here");
        assertRefused("current 17 orders", "current 17 Flüge", "c:12: the generation before Flüge is of orders");
        assertRefused("Fl_ge.12.1.0123456789abcde0", "Fl_ge.12.0.0123456789abcdef", "c:5: a file is named twice");
    }

    /** Rows were appended twice to generation 9; what came with 14 was merged with what came with 17. */
    private static final String SHARING = sealed("""
            keyfarm catalogue 2
            number 17 after 15
            current 17 orders: id int64
            segment 9
            part orders.9.0.0123456789abcdef.part id 11112233445566770123456789abcdef rows 100 bytes 8208 crc 12345678
            segment 17
            part orders.17.0.0123456789abcdef.part id 21112233445566770123456789abcdef rows 2 bytes 8208 crc 12345679
            key id HOT 1
            previous 14 orders: id int64
            segment 9
            part orders.9.0.0123456789abcdef.part id 11112233445566770123456789abcdef rows 100 bytes 8208 crc 12345678
            segment 14
            part orders.14.0.0123456789abcdef.part id 31112233445566770123456789abcdef rows 1 bytes 8208 crc 12345677
            """);

    @Test
    void shouldReadGenerationsThatShareFiles() {
        final Catalogue catalogue = parse(SHARING);
        assertEquals(3, catalogue.files().size());
        assertEquals(2, catalogue.currentFiles().size());
        assertEquals(
                102,
                Objects.requireNonNull(catalogue.tables().get("orders"))
                        .current()
                        .rowCount());
        assertEquals(SHARING, new String(CatalogueText.print(catalogue), StandardCharsets.UTF_8));
    }

    @Test
    void shouldNameTheLineThatCannotBeWhereFilesAreShared() {
        refuse(SHARING, "catalogue 2", "catalogue 1", "c: nobody prints a catalogue so");
        refuse(SAMPLE, "catalogue 1", "catalogue 2", "c: nobody prints a catalogue so");
        refuse(SHARING, "catalogue 2", "catalogue 3", "this Keyfarm reads 'keyfarm catalogue 1' and");
        refuse(SHARING, "segment 17", "segment 9", "c:6: '9' should be 10 to 17");
        refuse(SHARING, "segment 17", "segment 16", "c:7: the last segment of generation 17 came with it");
        refuse(SHARING, "segment 17", "segment 18", "c:6: '18' should be 10 to 17");
        refuse(SHARING, "segment 14\n", "segment 14\nsegment 14\n", "c:12: there is no part");
        // The same name and another file.
        final String part = "previous 14 orders: id int64\nsegment 9\npart orders.9.0.0123456789abcdef.part id ";
        refuse(SHARING, part + 1, part + 2, "c:11: a file is named twice");
        final String own = "part orders.17.0.0123456789abcdef.part id 21112233445566770123456789abcdef rows 2";
        refuse(SHARING, own, own + " bytes 8208 crc 12345679\n" + own, "c:8: a file is named twice");
        final String more = own.replace(".17.0.", ".17.1.");
        refuse(
                SHARING,
                own,
                own + " bytes 8208 crc 12345679\n" + more,
                "c:8: segment 17 has 2 parts, and the one before it has 1");
    }

    private static void assertRefused(String words, String others, String reason) {
        refuse(SAMPLE, words, others, reason);
    }

    private static void refuse(String sample, String words, String others, String reason) {
        assertTrue(sample.contains(words), words);
        final String body = sample.substring(0, sample.lastIndexOf("crc32c")).replace(words, others);
        final LoadException refusal = assertThrows(LoadException.class, () -> parse(sealed(body)));
        assertTrue(refusal.getMessage().contains(reason), refusal::getMessage);
    }

    private static Catalogue parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Catalogue parse(byte[] bytes) {
        CatalogueText.requireWhole("c", bytes);
        return CatalogueText.parse("c", bytes);
    }

    /** With its checksum put right, or added. */
    static String sealed(String text) {
        final int last = text.indexOf("crc32c ");
        final String body = last < 0 ? text : text.substring(0, last);
        final CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return body + "crc32c %08x\n".formatted(crc.getValue());
    }
}
