package io.keyfarm.farmer;

import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import java.util.List;

/**
 * What a farmer knows of a table. Immutable; a change of keys or rows makes another.
 *
 * @param generationDigest names the rows; a slave with other rows says so
 * @param keyEpoch names the set of keys that {@code summaries} describe
 * @param rowCount of all parts together
 * @param summaries of one channel's keys, in the order in which hints count them; rows are dealt out evenly, so one
 *     channel stands for all
 * @param bitmaps of one channel's bitmap keys, which no hint names
 * @param routed the keys whose entries are elsewhere than the rows
 * @param holds who counts on this generation to stay; the same whatever keys come and go
 */
public record TableEntry(
        TableSchema schema,
        long generationDigest,
        long keyEpoch,
        long rowCount,
        List<KeySummary> summaries,
        List<BitmapSummary> bitmaps,
        List<RoutedKey> routed,
        GenerationHolds holds) {
    public TableEntry {
        routed = List.copyOf(routed);
        summaries = List.copyOf(summaries);
        bitmaps = List.copyOf(bitmaps);
    }

    /** Of a generation that is new, and has no bitmap keys and no routed ones. */
    public TableEntry(
            TableSchema schema, long generationDigest, long keyEpoch, long rowCount, List<KeySummary> summaries) {
        this(schema, generationDigest, keyEpoch, rowCount, summaries, List.of(), List.of(), new GenerationHolds());
    }

    /** The same rows with other keys. */
    public TableEntry withKeys(long nextKeyEpoch, List<KeySummary> nextSummaries, List<BitmapSummary> nextBitmaps) {
        return new TableEntry(
                schema, generationDigest, nextKeyEpoch, rowCount, nextSummaries, nextBitmaps, routed, holds);
    }

    /** The same rows with other routed keys. */
    public TableEntry withRouted(List<RoutedKey> nextRouted) {
        return new TableEntry(schema, generationDigest, keyEpoch, rowCount, summaries, bitmaps, nextRouted, holds);
    }

    /** What a row takes, but for its long texts. */
    public int rowBytes() {
        return layout().rowBytes();
    }

    RecordLayout layout() {
        return new RecordLayout(schema);
    }
}
