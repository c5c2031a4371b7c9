/** File in a collection's root that marks it as drawn by writeSyntheticDataset. */
export const syntheticNote = "SYNTHETIC.json";
