/** What a report shows, as plain data: `page.ts` and its neighbours make text of it, and need nothing else. */
import { outcomeOf, outcomes } from "../verdict.ts"

/** One part of a claim's criterion, as tested. */
export interface Part {
  readonly part: string
  readonly quantity: string
  readonly criterion: string
  readonly value: number
  /** Realisations behind the value. */
  readonly n: number
  readonly verdict: string
}

/** Where a leaf that is up to date comes from. */
export interface Origin {
  readonly key: string
  readonly outputs: readonly { readonly port: string; readonly digest: string; readonly bytes: number }[]
  /** A sentence for each result of earlier code that it is, or comes from. */
  readonly accepted: readonly string[]
}

/** `missing` says why there is nothing to show. */
export type Shown<A> = ({ readonly origin: Origin } & A) | { readonly missing: string }

interface Leaf {
  readonly id: string
  readonly title: string
  readonly study: string
  /** The command that makes it. */
  readonly again: string
}

export interface Claim extends Leaf {
  readonly shown: Shown<{ readonly parts: readonly Part[] }>
}

export interface Figure extends Leaf {
  readonly shown: Shown<{ readonly svg: string; readonly data?: FigureData }>
}

/** The numbers behind a figure, as files. */
export interface FigureData {
  readonly rows: number
  readonly csv: string
  readonly parquet: Uint8Array
}

export interface Param {
  readonly name: string
  readonly doc: string
  /** What values it takes; empty where that cannot be said in words. */
  readonly range: string
  readonly byDefault: string
  readonly value: string
}

export interface StudyFacts {
  readonly name: string
  readonly doc: string
  readonly params: readonly (Param & {
    /** Its value in the preset of the papers, where the study has one. */
    readonly paper: string | undefined
  })[]
}

export interface StageFacts {
  readonly name: string
  readonly doc: string
  readonly nodes: number
  /** `value` lists all that its nodes have. */
  readonly params: readonly Param[]
}

/** Something that was not computed, and what is missing for that. */
export interface Hole {
  readonly node: string
  /** How many more nodes of its stage are missing for the same reason. */
  readonly others: number
  readonly failed: boolean
  /** What is the matter: of a failure the quantity and the step, and what to do. */
  readonly reason: string
  /** Ids of the figures and claims that wait for it. */
  readonly leaves: readonly string[]
}

/** How many results were made by, or on, something. */
export interface Share {
  readonly what: string
  readonly results: number
}

export interface Provenance {
  /** Nodes that are up to date, and the artifacts that they have, equal ones counted once. */
  readonly results: number
  readonly artifacts: number
  readonly bytes: number
  /** Time that the stages took, one after the other. */
  readonly seconds: number
  /** ISO 8601, UTC; undefined when nothing is there. */
  readonly first: string | undefined
  readonly last: string | undefined
  readonly commits: readonly Share[]
  readonly machines: readonly Share[]
  readonly accepted: readonly Share[]
}

export interface Report {
  readonly program: string
  /** The commands that made what is shown, and the page. */
  readonly runCommand: string
  readonly reportCommand: string
  /** The command that compares a store with the lock file of the report. */
  readonly auditCommand: string
  readonly preset: string
  /** Parameters of stages that were set for this report, as `stage.parameter = value`. */
  readonly set: readonly string[]
  readonly studies: readonly StudyFacts[]
  readonly claims: readonly Claim[]
  readonly figures: readonly Figure[]
  readonly stages: readonly StageFacts[]
  readonly provenance: Provenance
  readonly holes: readonly Hole[]
  /** Leaves of which the studies, as they are set, have no tables. */
  readonly unfed: readonly Pick<Leaf, "id" | "title">[]
  /** Text of the lock file of everything that is shown, and what it comes from. */
  readonly lock: string
}

export const verdicts = [...outcomes, "missing"] as const
export type Verdict = (typeof verdicts)[number]

export const verdictOf = ({ shown }: Claim): Verdict => ("missing" in shown ? "missing" : outcomeOf(shown.parts))

/** Whether a parameter of a study has another value than in the preset of the papers. */
export const isOther = ({ value, paper }: StudyFacts["params"][number]): boolean =>
  paper !== undefined && paper !== value

/** Parameters of a study whose values are not those of the preset of the papers. */
export const differencesOf = ({ params }: StudyFacts): StudyFacts["params"] => params.filter(isOther)
