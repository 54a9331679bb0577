package io.keyfarm.bench;

/**
 * One measured number and what was promised of it.
 *
 * @param versus what it is measured against, and where it was worst
 * @param must what has to be reached
 * @param goal what we want to reach
 */
record Figure(String name, double value, String unit, String versus, double must, double goal, Better better) {
    enum Better {
        HIGHER,
        LOWER
    }

    static Figure higher(String name, double value, String unit, String versus, double must, double goal) {
        return new Figure(name, value, unit, versus, must, goal, Better.HIGHER);
    }

    static Figure lower(String name, double value, String unit, String versus, double must, double goal) {
        return new Figure(name, value, unit, versus, must, goal, Better.LOWER);
    }

    boolean holds() {
        return reaches(must);
    }

    boolean reachesGoal() {
        return reaches(goal);
    }

    private boolean reaches(double bound) {
        return better == Better.HIGHER ? value >= bound : value <= bound;
    }
}
