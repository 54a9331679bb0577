package io.keyfarm.farmer;

/**
 * How often a coordinator says something again.
 *
 * @param resendNs to a slave that owes an answer, or builds
 * @param checkNs to one that is where it should be, or where nothing can be done about it
 */
record KeyPaces(long resendNs, long checkNs) {
    private static final int CHECK_TIMES = 20;

    static KeyPaces of(FarmerSettings settings) {
        return new KeyPaces(settings.resendTimeoutNs(), CHECK_TIMES * settings.resendTimeoutNs());
    }
}
