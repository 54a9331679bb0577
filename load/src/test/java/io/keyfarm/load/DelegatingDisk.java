package io.keyfarm.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The real disk, for a test to change a part of. */
class DelegatingDisk implements Disk {
    @Override
    public long freeBytes(Path directory) throws IOException {
        return RealDisk.INSTANCE.freeBytes(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return RealDisk.INSTANCE.list(directory);
    }

    @Override
    public File create(Path path) throws IOException {
        return RealDisk.INSTANCE.create(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        RealDisk.INSTANCE.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        RealDisk.INSTANCE.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        RealDisk.INSTANCE.syncDirectory(directory);
    }
}
