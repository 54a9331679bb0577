package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.rows.Memory;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What {@code like}, {@code starts with} and {@code contains} look for, all three in one form, compiled anew for each run
 * without allocating once its arrays have grown.
 *
 * <pre>
 *   like "F_ %!%" escape '!'     F  any-character  blank  any-run  %
 *   starts with "FL"             F  L  any-run
 *   contains "x"                 any-run  x  any-run
 * </pre>
 *
 * Matching goes on greedily and on a mismatch back to the last any-run only, which suffices since a later any-run can
 * take over whatever an earlier one would have tried. A character is a byte and the UTF-8 continuation bytes behind it.
 */
public final class TextPattern {
    private static final int ANY_CHARACTER = 256;
    private static final int ANY_RUN = 257;

    private int[] codes = new int[16];
    private int count;
    /** The bytes before the first wildcard. */
    private final UnsafeBuffer prefix = new UnsafeBuffer(new byte[16]);

    private int prefixLength;

    public void compile(Op op, DirectBuffer text, int offset, int length, int escape) {
        if (length + 2 > codes.length) {
            codes = new int[2 * length + 2];
            prefix.wrap(new byte[codes.length]);
        }
        count = 0;
        if (op == Op.CONTAINS) {
            codes[count++] = ANY_RUN;
        }
        for (int i = 0; i < length; i++) {
            final byte next = text.getByte(offset + i);
            if (op != Op.LIKE) {
                codes[count++] = next & 0xFF;
            } else if (escape != Node.NONE && next == escape) {
                // The pattern was checked not to end with its escape.
                codes[count++] = text.getByte(offset + ++i) & 0xFF;
            } else if (next == '%') {
                codes[count++] = ANY_RUN;
            } else {
                codes[count++] = next == '_' ? ANY_CHARACTER : next & 0xFF;
            }
        }
        if (op != Op.LIKE) {
            codes[count++] = ANY_RUN;
        }
        prefixLength = 0;
        while (prefixLength < count && codes[prefixLength] < ANY_CHARACTER) {
            prefix.putByte(prefixLength, (byte) codes[prefixLength]);
            prefixLength++;
        }
    }

    /** Whether it is one text and nothing else. */
    public boolean isExact() {
        return prefixLength == count;
    }

    /** Whether it is any text that begins with {@link #prefix}. */
    public boolean isPrefix() {
        for (int i = prefixLength; i < count; i++) {
            if (codes[i] != ANY_RUN) {
                return false;
            }
        }
        return count > prefixLength;
    }

    public DirectBuffer prefix() {
        return prefix;
    }

    public int prefixLength() {
        return prefixLength;
    }

    public boolean endsPrefixWithBlank() {
        return prefixLength > 0 && codes[prefixLength - 1] == ' ';
    }

    public boolean matches(long address, int length) {
        int at = 0;
        int code = 0;
        // Where to go on after a mismatch: behind the last any-run, with one character more given to it.
        int codeAfterRun = -1;
        int runEnd = 0;
        while (at < length) {
            final int wanted = code < count ? codes[code] : -1;
            if (wanted == ANY_RUN) {
                codeAfterRun = ++code;
                runEnd = at;
                if (code == count) {
                    return true;
                }
            } else if (wanted == ANY_CHARACTER) {
                at = nextCharacter(address, length, at);
                code++;
            } else if (wanted == (Memory.getByte(address + at) & 0xFF)) {
                at++;
                code++;
            } else if (codeAfterRun >= 0) {
                code = codeAfterRun;
                runEnd = nextCharacter(address, length, runEnd);
                at = runEnd;
            } else {
                return false;
            }
        }
        while (code < count && codes[code] == ANY_RUN) {
            code++;
        }
        return code == count;
    }

    private static int nextCharacter(long address, int length, int at) {
        int next = at + 1;
        while (next < length && (Memory.getByte(address + next) & 0xC0) == 0x80) {
            next++;
        }
        return next;
    }
}
