/**
 * What claims and figures share of the study on sequential images. Networks carry the labels {profile, seed, trained: true},
 * before training {seed, trained: false}; the images' own rows in the place of states are {trained: false, of: "pixels"}.
 * The papers count steps s = 1 … 28, one a row of the image; the tables count t = s - 1.
 */
import type { Labels } from "../../artifacts/leaf.ts"
import { labelledBy } from "./labels.ts"

/** Rows of an image, after the last of which the network is trained to tell the digit. */
export const rows = 28

/** Whether a table is of training itself. */
export const isTraining = labelledBy("profile", "seed")

const isProfiled = labelledBy("profile", "seed", "trained")

/** Whether a table is of a network after training, at the defaults. */
export const isTrained = (labels: Labels): boolean => isProfiled(labels) && labels.trained === true

const isPlain = labelledBy("seed", "trained")

/** Whether a table is of a network before training, which all profiles share. */
export const isUntrained = (labels: Labels): boolean => isPlain(labels) && labels.trained === false

const isOfSomething = labelledBy("trained", "of")

/** Whether a table is of the images' own rows up to each step. */
export const isPixels = (labels: Labels): boolean => isOfSomething(labels) && labels.of === "pixels"

const isSelected = labelledBy("profile", "seed", "trained", "exclude")

/** Whether a table is of an embedding without the images whose state is exactly zero at one of its steps. */
export const isWithoutZeros = (labels: Labels): boolean =>
  isSelected(labels) && labels.trained === true && labels.exclude === "zero"
