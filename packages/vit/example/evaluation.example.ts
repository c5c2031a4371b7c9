import { kNearestNeighbours, linearProbe, linearProbeScores } from "@cxrkit/vit";

// #region neighbours
// Features of four images and labels of one finding; features() gives them, readable with data().
const trainFeatures = { data: [1, 0, 0.9, 0.1, 0, 1, 0.1, 0.9], rows: 4, columns: 2 };
const trainLabels = { data: [1, 1, 0, Number.NaN], rows: 4, columns: 1 };
const testFeatures = { data: [1, 0.2, 0.2, 1], rows: 2, columns: 2 };
export const votes = kNearestNeighbours(trainFeatures, trainLabels, testFeatures, { k: 2 }); // [1, 0]
// #endregion neighbours

// #region probe
const probe = linearProbe(trainFeatures, trainLabels, { l2: 0.1 });
export const probabilities = linearProbeScores(probe, testFeatures); // [0.9, 0.3], to one digit
// #endregion probe
