import { classificationFigures, logOdds, predictedClass } from "../metrics.ts";
import { brierScore, type CalibrationBin, calibrationBins, expectedCalibrationError } from "./calibration.ts";
import { type ClassFigures, type ConfusionMatrix, confusionMatrix, macroMeans, perClass } from "./confusion.ts";
import { classProbabilities } from "./probabilities.ts";
import { rocCurve, type RocPoint, withoutStraight } from "./rocCurve.ts";
import { wilsonInterval } from "./wilson.ts";

/** A class's ROC curve, against all others. */
export interface ClassCurve {
  class: string;
  /** Thresholds are probabilities. */
  points: RocPoint[];
}

/** All that is said of a model on labelled rows. */
export interface EvaluationReport {
  rows: number;
  /** 0 to 1. */
  accuracy: number;
  /** Of the accuracy, Wilson, 95 %. */
  accuracyInterval: { low: number; high: number };
  /** Mean cross-entropy in nats. */
  logLoss: number;
  /** Two classes: of class 1; more: macro, each against the rest. Absent where fewer than two classes occur. */
  rocAuc?: number;
  /** See `brierScore`. */
  brier: number;
  /** Expected calibration error over `bins`. */
  ece: number;
  bins: CalibrationBin[];
  classes: ({ class: string } & ClassFigures)[];
  macro: Omit<ClassFigures, "support">;
  /** `[actual][predicted]` */
  confusion: ConfusionMatrix;
  /** For two classes that of class 1; else of those that occur. */
  curves: ClassCurve[];
}

/**
 * @param logits [rows, outputs]; one output means a sigmoid for class 1 of two
 * @param labels class index of each row; at least one row
 * @throws SwarmError MODEL_OUTPUT_NOT_FINITE
 */
export function evaluationReport(
  logits: Float32Array,
  labels: Int32Array,
  outputs: number,
  classes: readonly string[],
): EvaluationReport {
  const rows = labels.length;
  const probabilities = classProbabilities(logits, rows, outputs);
  const { loss, auc } = classificationFigures(logits, labels, outputs);
  const predicted = Int32Array.from(labels, (_, row) => predictedClass(logits, row, outputs));
  const isRight = (row: number): boolean => predicted[row] === labels[row];
  const right = predicted.reduce((sum, _, row) => sum + (isRight(row) ? 1 : 0), 0);
  const confusion = confusionMatrix(labels, predicted, classes.length);
  const each = perClass(confusion);
  const confidences = Float64Array.from(
    predicted,
    (label, row) => probabilities[row * classes.length + label] as number,
  );
  const bins = calibrationBins(confidences, isRight);
  return {
    rows,
    accuracy: right / rows,
    accuracyInterval: wilsonInterval(right, rows),
    logLoss: loss,
    ...(auc === undefined ? {} : { rocAuc: auc }),
    brier: brierScore(probabilities, labels, classes.length),
    ece: expectedCalibrationError(bins),
    bins,
    classes: each.map((figures, label) => ({ class: classes[label] as string, ...figures })),
    macro: macroMeans(each),
    confusion,
    curves: curvesOf(logits, labels, outputs, classes),
  };
}

/** By log-odds, as the area: probabilities of sure answers saturate, and would tie what the model tells apart. */
function curvesOf(logits: Float32Array, labels: Int32Array, outputs: number, classes: readonly string[]): ClassCurve[] {
  const odds = logOdds(logits, labels.length, outputs);
  const first = classes.length === 2 ? 1 : 0;
  return classes.slice(first).flatMap((name, i) => {
    const label = first + i;
    const at = outputs === 1 ? 0 : label;
    const scores = Float64Array.from(labels, (_, row) => odds[row * outputs + at] as number);
    const points = rocCurve(scores, (row) => labels[row] === label);
    if (points === undefined) return [];
    const asProbability = ({ threshold, ...rates }: RocPoint): RocPoint => {
      return { ...rates, threshold: threshold === Infinity ? Infinity : 1 / (1 + Math.exp(-threshold)) };
    };
    return [{ class: name, points: withoutStraight(points).map(asProbability) }];
  });
}
