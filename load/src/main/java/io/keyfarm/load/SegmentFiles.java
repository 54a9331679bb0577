package io.keyfarm.load;

import java.util.List;

/**
 * Rows of a table that were written together, a file for each part.
 *
 * @param number of the generation they came with, which the files' names and headers have
 */
record SegmentFiles(long number, List<PartFile> parts) {
    SegmentFiles {
        parts = List.copyOf(parts);
    }

    long rowCount() {
        return parts.stream().mapToLong(PartFile::rowCount).sum();
    }
}
