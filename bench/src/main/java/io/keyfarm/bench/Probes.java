package io.keyfarm.bench;

import io.keyfarm.key.KeyCode;

/**
 * The packed codes of what is sought. A number's code is a subtraction away, and stands ready; a text is coded when it is
 * sought, as a query would, and that counts.
 */
@FunctionalInterface
interface Probes {
    long code(int probe);

    static Probes ready(long[] codes) {
        return probe -> codes[probe];
    }

    static Probes coded(KeyCode coder, PlainTexts texts) {
        final byte[] bytes = texts.texts();
        return probe -> coder.part(0, bytes, probe * PlainTexts.STRIDE, texts.length(probe));
    }
}
