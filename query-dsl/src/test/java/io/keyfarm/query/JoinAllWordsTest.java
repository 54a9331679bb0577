package io.keyfarm.query;

import static io.keyfarm.query.Join.all;
import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.plan.FlowPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class JoinAllWordsTest {
    private static final Table WORDS = Table.of("words: word varchar, doc int32 null, place int16");
    private static final Table TITLES = Table.of("titles: doc int32, title varchar, score float64");
    private static final Query FOX = from(WORDS).where(WORDS.field("word").is("fox"));
    private static final Query DOG = from(WORDS).where(WORDS.field("word").is(param("from_1")));

    @Test
    void shouldReadInOrderAndFromAValueOn() {
        final FlowPlan plan = all(
                        Flow.of(FOX),
                        Flow.of(DOG),
                        Flow.of(from(TITLES)).where(TITLES.field("score").atLeast(1.0)))
                .by("doc")
                .compile();
        assertEquals("""
                0  from(words).where(word is "fox").where(doc >= :from_0?).select(word, doc, place).orderBy(doc)
                1  from(words).where(word is :from_1).where(doc >= :from_1_?).select(word, doc, place).orderBy(doc)
                2  from(titles).select(doc, title, score)
                3  filter 2 where score >= 1.0
                4  sort 3 by doc
                5  joinAll 0, 1, 4 by doc, values of 3 inputs, skipping in 0 by :from_0, 1 by :from_1_: doc, word, place, word as words_word, place as words_place, title, score""", plan.toString());
        assertEquals(
                "words: doc int32, word varchar, place int16, words_word varchar, words_place int16, title varchar, score float64",
                plan.outputSchema().toString());
        assertEquals("[:from_1]", plan.parameters().toString());
        assertEquals(plan, FlowPlan.decode(plan.bytes()));
        assertTrue(plan.isOrdered());
    }

    @Test
    void shouldLackWhatNotAllInputsHave() {
        final JoinAll join = all(from(TITLES), FOX);
        assertEquals(
                "titles: doc int32 null, n int32, title varchar null, score float64 null, word varchar null, place int16 null",
                join.atLeast(1).counted("n").by("doc").schema().toString());
        assertEquals(
                "titles: doc int32, title varchar, score float64, word varchar null, place int16 null",
                join.leftOuter().by("doc").schema().toString());
        assertEquals(
                "titles: doc int32, title varchar, score float64",
                join.leftOnly().by("doc").schema().toString());
        assertEquals(
                "words: doc int32 null, word varchar, place int16",
                all(FOX, from(WORDS)).leftOnly().by("doc").schema().toString());
        assertEquals("titles: doc int32", join.once().by("doc").schema().toString());
        assertEquals(
                "all(from(titles), from(words).where(word is \"fox\")).atLeast(1).once().counted(n).by(doc)",
                join.atLeast(1).once().counted("n").by("doc").toString());
    }

    @Test
    void shouldReadOnlyWhatIsAskedFor() {
        assertEquals(
                """
                0  from(titles).select(doc, title).orderBy(doc)
                1  from(words).where(word is "fox").where(doc >= :from_1?).select(doc).orderBy(doc)
                2  joinAll 0, 1 by doc, values of 1 to 2 inputs and of the first, skipping in 1 by :from_1: title
                3  project 2: title""",
                all(from(TITLES), FOX)
                        .leftOuter()
                        .by("doc")
                        .select("title")
                        .compile()
                        .toString());
    }

    @Test
    void shouldNotSkipByFloatingPoint() {
        assertEquals(
                """
                0  from(titles).select(score).orderBy(score)
                1  from(titles).select(score).orderBy(score)
                2  joinAll 0, 1 by score, values of 2 inputs, each once: score""",
                all(from(TITLES), from(TITLES)).once().by("score").compile().toString());
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertRefused("all(...) joins two inputs or more, not 1", () -> all(FOX));
        assertRefused(
                "by(...) names one field or more that all inputs have",
                () -> all(FOX, DOG).by());
        assertRefused("by(doc, doc) names a field twice", () -> all(FOX, DOG).by("doc", "doc"));
        assertRefused(
                "of 2 inputs at least 1 and at most 2 have a value, not 3 to 2",
                () -> all(FOX, DOG).atLeast(3));
        assertRefused(
                "of 2 inputs at least 1 and at most 2 have a value, not 0 to 1",
                () -> all(FOX, DOG).between(0, 1));
        assertRefused(
                "the first input decides what a left join hands on, and not how many have it",
                () -> all(FOX, DOG).leftOnly().atLeast(1));
        final Table other = Table.of("other: doc int64");
        assertRefused(
                "doc is int32 in words, but int64 in other",
                () -> all(FOX, from(other)).by("doc"));
        assertRefused(
                "counted(doc): that is a common field already",
                () -> all(FOX, DOG).counted("doc").by("doc"));
    }

    private static void assertRefused(String message, Executable words) {
        assertEquals(message, assertThrows(BadQueryException.class, words).getMessage());
    }
}
