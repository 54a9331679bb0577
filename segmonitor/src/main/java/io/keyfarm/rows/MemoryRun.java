package io.keyfarm.rows;

/** So many bytes of memory from an address on, that may be read while what they belong to is not closed. */
public record MemoryRun(long address, long bytes) {}
