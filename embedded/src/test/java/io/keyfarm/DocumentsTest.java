package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents show has been compiled and run, and their links lead somewhere. */
final class DocumentsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(java|output)\\n(.*?)^```$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/guide.md"})
    void shouldShowOnlyCodeAndOutputThatWereRun(String document) throws Exception {
        final String run = dense(Files.readString(Path.of("src/test/java/io/keyfarm/GuideTest.java")));
        final Matcher blocks = BLOCK.matcher(Files.readString(ROOT.resolve(document)));
        int count = 0;
        while (blocks.find()) {
            count++;
            final String block = blocks.group(2);
            assertTrue(run.contains(dense(block)), () -> document + " shows what GuideTest does not have:\n" + block);
        }
        assertTrue(count > 0, document + " has no code");
    }

    /** Layout is the formatter's in one place and the reader's in the other; in Java text a backslash is doubled. */
    private static String dense(String text) {
        return text.replace("\\\\", "\\").replaceAll("\\s+", "");
    }

    @Test
    void shouldLinkToFilesThatAreThere() throws IOException {
        final List<String> broken = new ArrayList<>();
        for (final Path document : documents()) {
            final Matcher links = LINK.matcher(Files.readString(document));
            while (links.find()) {
                final Path target = document.resolveSibling(links.group(1)).normalize();
                if (!Files.exists(target)) {
                    broken.add(ROOT.relativize(document) + " -> " + links.group(1));
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    private static List<Path> documents() throws IOException {
        final List<Path> documents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        assertFalse(documents.isEmpty());
        documents.add(ROOT.resolve("README.md"));
        return documents;
    }
}
