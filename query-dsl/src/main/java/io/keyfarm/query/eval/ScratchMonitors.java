package io.keyfarm.query.eval;

import io.keyfarm.rows.FieldType;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.ArrayList;
import java.util.List;

/** Monitors of one field to put a tree together in, by how deep in the tree they are needed. */
final class ScratchMonitors {
    private final FieldType type;
    private final List<SegmentMonitor> monitors = new ArrayList<>();

    ScratchMonitors(FieldType type) {
        this.type = type;
    }

    SegmentMonitor at(int depth) {
        while (monitors.size() <= depth) {
            monitors.add(new SegmentMonitor(type));
        }
        return monitors.get(depth);
    }
}
