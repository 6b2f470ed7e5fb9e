import { runCli } from "../../../artifacts/cli/main.ts"

runCli(async () => (await import("./studies.ts")).pipeline)
