package io.keyfarm.query.plan;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;

/** Regular expressions of RE2's syntax that are neither long nor grow large when they are compiled. */
public final class Regexes {
    /** Steps of the compiled expression, of which each byte of a text may take all. */
    public static final int MAX_STEPS = 20_000;

    private static final int MAX_ESTIMATE = 1 << 20;

    private Regexes() {}

    /** @throws BadPlanException if it is none, or too large */
    public static Pattern compile(String regex) {
        final int bytes = regex.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > PlanCheck.MAX_REGEX_BYTES) {
            throw new BadPlanException("a regular expression has at most " + PlanCheck.MAX_REGEX_BYTES
                    + " bytes, but this one has " + bytes);
        }
        // Repeats within repeats multiply, and the library would first make all of them.
        requireSize(regex, bytes * product(regex));
        try {
            final Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
            requireSize(regex, pattern.programSize() > MAX_STEPS ? Long.MAX_VALUE : 0);
            return pattern;
        } catch (PatternSyntaxException e) {
            throw new BadPlanException("'" + brief(regex) + "' is no regular expression: " + e.getDescription());
        }
    }

    private static void requireSize(String regex, long estimate) {
        if (estimate > MAX_ESTIMATE) {
            throw new BadPlanException(
                    "'" + brief(regex) + "' grows beyond " + MAX_STEPS + " steps; repeat less often in braces");
        }
    }

    private static String brief(String regex) {
        return regex.length() > 200 ? regex.substring(0, 200) + '…' : regex;
    }

    /** Of all counts in braces, as if each stood within the others. */
    private static long product(String regex) {
        long product = 1;
        for (int at = regex.indexOf('{'); at >= 0; at = regex.indexOf('{', at + 1)) {
            long count = 0;
            long most = 1;
            for (int i = at + 1; i < regex.length(); i++) {
                final char next = regex.charAt(i);
                if (next >= '0' && next <= '9') {
                    count = Math.min(MAX_ESTIMATE, count * 10 + next - '0');
                } else if (next == ',') {
                    most = Math.max(most, count);
                    count = 0;
                } else {
                    break;
                }
            }
            product = Math.min(MAX_ESTIMATE + 1L, product * Math.max(most, count));
        }
        return product;
    }
}
