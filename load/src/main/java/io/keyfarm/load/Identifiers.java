package io.keyfarm.load;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names out of files, made into names that tables and fields may have. */
final class Identifiers {
    private static final int MAX_LENGTH = 120;

    private Identifiers() {}

    /**
     * {@code "Price (USD)"} becomes {@code price_usd}: letters and digits stay, in lower case; every run of anything else
     * becomes one underscore, none at either end; a leading digit gets an underscore before it; {@code fallback} where
     * nothing is left.
     */
    static String of(String text, String fallback) {
        final StringBuilder name = new StringBuilder();
        final String start = text.substring(0, Math.min(MAX_LENGTH, text.length()));
        start.toLowerCase(Locale.ROOT).chars().limit(MAX_LENGTH).forEach(c -> {
            if (Character.isLetter(c) || Character.isDigit(c) || c == '_') {
                name.append((char) c);
            } else if (name.length() > 0 && name.charAt(name.length() - 1) != '_') {
                name.append('_');
            }
        });
        if (name.length() > 0 && name.charAt(name.length() - 1) == '_' && !text.endsWith("_")) {
            name.setLength(name.length() - 1);
        }
        if (name.length() == 0) {
            return fallback;
        }
        return Character.isLetter(name.charAt(0)) || name.charAt(0) == '_' ? name.toString() : "_" + name;
    }

    /** The columns' names, in order: {@code c3} where the third has none, {@code id_2} where another is {@code id}. */
    static List<String> ofColumns(List<String> texts) {
        final Set<String> taken = new HashSet<>();
        final List<String> names = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            final String wanted = of(texts.get(i), "c" + (i + 1));
            String name = wanted;
            for (int n = 2; !taken.add(name); n++) {
                name = wanted + "_" + n;
            }
            names.add(name);
        }
        return names;
    }

    /** {@code data/airports.csv.gz} is the table {@code airports}. */
    static String ofFile(String fileName) {
        final int dot = fileName.indexOf('.', 1);
        return of(dot < 0 ? fileName : fileName.substring(0, dot), "table");
    }
}
