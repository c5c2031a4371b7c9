/** What a test holds against the null hypothesis: that the first is `less` than the second, `greater`, or either. */
export type Alternative = "two-sided" | "less" | "greater";

/** All of {@link Alternative}. */
export const ALTERNATIVES: readonly Alternative[] = ["two-sided", "less", "greater"];
