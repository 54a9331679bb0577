package io.keyfarm.query.eval.compute;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.keyfarm.query.plan.Regexes;
import io.keyfarm.rows.Memory;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that all of a text is to match. RE2 takes at most as many steps for each byte as the compiled
 * expression is long, so that their product is the limit of time, and the same one wherever the text is matched.
 */
final class Regex {
    /** About a second. */
    private static final long MAX_STEPS = 1L << 26;

    private @Nullable Matcher matcher;
    private int size;
    private byte[] bytes = new byte[64];

    /** @throws io.keyfarm.query.plan.BadPlanException if it is none, or too large */
    void compile(DirectBuffer text, int offset, int length) {
        final byte[] utf8 = new byte[length];
        text.getBytes(offset, utf8);
        final Pattern pattern = Regexes.compile(new String(utf8, StandardCharsets.UTF_8));
        size = pattern.programSize();
        matcher = pattern.matcher("");
    }

    boolean takesTooLong(int length) {
        return (long) length * size > MAX_STEPS;
    }

    boolean matches(long text, int length) {
        assert matcher != null;
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        Memory.copy(text, bytes, 0, length);
        return matcher.reset(new String(bytes, 0, length, StandardCharsets.UTF_8))
                .matches();
    }
}
