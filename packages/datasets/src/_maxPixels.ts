/** Largest number of pixels that is decoded unless a caller says otherwise. */
export const defaultMaxPixels: number = 2 ** 26;
