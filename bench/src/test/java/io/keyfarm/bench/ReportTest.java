package io.keyfarm.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class ReportTest {
    @Test
    void shouldWriteFiguresInTheFormAllBenchmarksShare() throws IOException {
        final Report report = new Report("seek", "a machine", 42);
        report.add(Figure.higher("seek.single.cold", 2.75, "times", "the plain way", 2.5, 3.5));
        report.add(Figure.lower("point.median.ns", 1200, "ns", "nothing", 1000, 500));
        final StringWriter json = new StringWriter();
        report.writeJson(json);
        assertEquals("""
                {
                  "bench" : "seek",
                  "machine" : "a machine",
                  "seed" : 42,
                  "figures" : [ {
                    "name" : "seek.single.cold",
                    "value" : 2.75,
                    "unit" : "times",
                    "versus" : "the plain way",
                    "must" : 2.5,
                    "goal" : 3.5,
                    "better" : "higher",
                    "holds" : true
                  }, {
                    "name" : "point.median.ns",
                    "value" : 1200.0,
                    "unit" : "ns",
                    "versus" : "nothing",
                    "must" : 1000.0,
                    "goal" : 500.0,
                    "better" : "lower",
                    "holds" : false
                  } ]
                }""", json.toString());
    }

    @Test
    void shouldJudgeByWhatMustBeReached() {
        assertTrue(Figure.lower("bytes", 0, "bytes", "", 0, 0).holds());
        assertFalse(Figure.lower("bytes", 0.1, "bytes", "", 0, 0).holds());
        assertTrue(Figure.higher("factor", 4, "times", "", 4, 7).holds());
        assertFalse(Figure.higher("factor", 4, "times", "", 4, 7).reachesGoal());
    }

    @Test
    void shouldFindTheMiddle() {
        final Medians three = new Medians();
        three.add(9);
        three.add(1);
        three.add(4);
        assertEquals(4, three.median());
        three.add(6);
        assertEquals(5, three.median());
    }
}
