package io.keyfarm.cache;

import java.util.ArrayList;
import java.util.List;

/** Whether this JVM has what Chronicle Map needs. Asked before its first class is touched, whose own errors name no remedy. */
final class CacheFlags {
    private CacheFlags() {}

    /** What is missing, as a sentence; empty if nothing is. */
    static String missing() {
        if (ModuleLayer.boot().findModule("jdk.compiler").isEmpty()) {
            return "it needs a whole JDK, and " + System.getProperty("java.home") + " has no compiler";
        }
        final List<String> missing = new ArrayList<>();
        requireOpen(missing, "java.base", "java.lang");
        requireOpen(missing, "java.base", "java.lang.reflect");
        requireExported(missing, "java.base", "jdk.internal.ref");
        requireExported(missing, "java.base", "sun.nio.ch");
        requireExported(missing, "jdk.compiler", "com.sun.tools.javac.file");
        return missing.isEmpty() ? "" : "this JVM must be started with " + String.join(" ", missing);
    }

    private static void requireOpen(List<String> missing, String module, String name) {
        if (!module(module).isOpen(name, CacheFlags.class.getModule())) {
            missing.add(flag("opens", module, name));
        }
    }

    private static void requireExported(List<String> missing, String module, String name) {
        if (!module(module).isExported(name, CacheFlags.class.getModule())) {
            missing.add(flag("exports", module, name));
        }
    }

    private static Module module(String name) {
        return ModuleLayer.boot().findModule(name).orElseThrow();
    }

    private static String flag(String what, String module, String name) {
        return "--add-" + what + "=" + module + "/" + name + "=ALL-UNNAMED";
    }
}
