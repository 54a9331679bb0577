package io.keyfarm.slave;

/** Which of two proposals is the later one: that of the later life of a coordinator, and within one life the higher counter. */
record ProposalOrder(long incarnation, long counter) implements Comparable<ProposalOrder> {
    static final ProposalOrder NONE = new ProposalOrder(Long.MIN_VALUE, 0);

    @Override
    public int compareTo(ProposalOrder other) {
        final int byLife = Long.compare(incarnation, other.incarnation);
        return byLife != 0 ? byLife : Long.compare(counter, other.counter);
    }
}
