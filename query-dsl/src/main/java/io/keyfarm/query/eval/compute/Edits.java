package io.keyfarm.query.eval.compute;

import java.util.Arrays;

/**
 * Whether few edits, of one character each, make one text of another: Levenshtein's table, of which only the band along its
 * diagonal can hold as few (Ukkonen 1985).
 *
 * <pre>
 *   most = 1        s i t
 *               0 1 . .          a cell is the edits that make the text so far of the other so far; what lies
 *             s 1 0 1 .          outside the band is more than most
 *             a . 1 1 2
 *             t . . 2 1
 * </pre>
 */
final class Edits {
    private final int most;
    private int[] left = new int[32];
    private int[] right = new int[32];
    private int[] above = new int[33];
    private int[] row = new int[33];

    Edits(int most) {
        this.most = most;
    }

    /** Whether the bytes alone tell that the texts are too different: a character has 1 to 4 of them. */
    boolean isFar(int bytes, int otherBytes) {
        return Math.abs(bytes - otherBytes) > 4 * most;
    }

    boolean areWithin(long text, int length, long other, int otherLength) {
        if (Math.max(length, otherLength) > left.length) {
            final int size = 2 * Math.max(length, otherLength);
            left = new int[size];
            right = new int[size];
            above = new int[size + 1];
            row = new int[size + 1];
        }
        return areWithin(characters(text, length, left), characters(other, otherLength, right));
    }

    /** What is no UTF-8 counts as one character of its own kind. */
    private static int characters(long text, int length, int[] into) {
        int count = 0;
        for (int at = 0; at < length; ) {
            final int next = Utf8.next(text, length, at);
            into[count++] = Utf8.codePoint(text, at, next);
            at = next;
        }
        return count;
    }

    private boolean areWithin(int leftCount, int rightCount) {
        if (Math.abs(leftCount - rightCount) > most) {
            return false;
        }
        final int far = most + 1;
        Arrays.fill(above, 0, rightCount + 1, far);
        for (int j = 0; j <= Math.min(most, rightCount); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= leftCount; i++) {
            final int from = Math.max(1, i - most);
            final int to = Math.min(rightCount, i + most);
            row[from - 1] = from == 1 ? Math.min(i, far) : far;
            int least = row[from - 1];
            for (int j = from; j <= to; j++) {
                final int replaced = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.min(far, Math.min(replaced, 1 + Math.min(row[j - 1], above[j])));
                least = Math.min(least, row[j]);
            }
            if (least > most) {
                return false;
            }
            if (to < rightCount) {
                row[to + 1] = far;
            }
            final int[] next = above;
            above = row;
            row = next;
        }
        return above[rightCount] <= most;
    }
}
