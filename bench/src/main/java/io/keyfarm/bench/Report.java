package io.keyfarm.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures of one benchmark: as a table for people, and as JSON in the form all benchmarks share. */
final class Report {
    private static final String LINE = "%-28s %12s  %-12s %10s %10s  %-6s %s%n";

    private final String bench;
    private final String machine;
    private final long seed;
    private final List<Figure> figures = new ArrayList<>();

    Report(String bench, String machine, long seed) {
        this.bench = bench;
        this.machine = machine;
        this.seed = seed;
    }

    void add(Figure figure) {
        figures.add(figure);
    }

    List<Figure> figures() {
        return figures;
    }

    void print(PrintWriter out) {
        out.printf(LINE, "figure", "value", "unit", "must", "goal", "holds", "versus");
        for (final Figure figure : figures) {
            out.printf(
                    LINE,
                    figure.name(),
                    number(figure.value()),
                    figure.unit(),
                    number(figure.must()),
                    number(figure.goal()),
                    figure.reachesGoal() ? "goal" : figure.holds() ? "yes" : "NO",
                    figure.versus());
        }
        out.flush();
    }

    void writeJson(Path file) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file)) {
            writeJson(writer);
        }
    }

    void writeJson(Writer writer) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(writer).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("bench", bench);
            json.writeStringField("machine", machine);
            json.writeNumberField("seed", seed);
            json.writeArrayFieldStart("figures");
            for (final Figure figure : figures) {
                json.writeStartObject();
                json.writeStringField("name", figure.name());
                json.writeNumberField("value", figure.value());
                json.writeStringField("unit", figure.unit());
                json.writeStringField("versus", figure.versus());
                json.writeNumberField("must", figure.must());
                json.writeNumberField("goal", figure.goal());
                json.writeStringField("better", figure.better().name().toLowerCase(Locale.ROOT));
                json.writeBooleanField("holds", figure.holds());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    /** Three digits where that is enough, and whole numbers above. */
    static String number(double value) {
        if (value == Math.rint(value) || Math.abs(value) >= 1_000) {
            return "%,.0f".formatted(value);
        }
        return Math.abs(value) >= 100 ? "%.0f".formatted(value) : "%.2f".formatted(value);
    }
}
