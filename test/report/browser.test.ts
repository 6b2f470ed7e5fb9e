/** The page as a browser shows it: Debian's Chromium, from disk, without a network. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import axe from "axe-core"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Report } from "../../artifacts/report/model.ts"
import { filesOf } from "../../artifacts/report/page.ts"
import { hostile, report } from "./model.ts"

const program = process.env.CHROMIUM ?? "/usr/bin/chromium"
const isThere = existsSync(program)
const name = isThere
  ? "the page"
  : `the page (left out: no browser at ${program}; install Debian's chromium, or set CHROMIUM)`

const folder = mkdtempSync(join(tmpdir(), "report-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Writes a report into a folder of its own; where its page lies. */
function written(of: Report, below: string): string {
  for (const [path, content] of filesOf(of)) {
    const place = join(folder, below, path)
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, content)
  }
  return pathToFileURL(join(folder, below, "index.html")).href
}

describe.skipIf(!isThere)(name, () => {
  let browser: Browser
  let url: string
  beforeAll(async () => {
    url = written(report, "page")
    browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] })
  }, 30_000)
  afterAll(() => browser?.close())

  /** What the body finds in the open page; fails if the console has errors. */
  async function visit<A>(options: BrowserContextOptions, body: (page: Page) => Promise<A>, at = url): Promise<A> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const errors: string[] = []
    page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())))
    page.on("pageerror", ({ message }) => void errors.push(message))
    page.on("request", (request) => void (request.url().startsWith("http") && errors.push(request.url())))
    await page.goto(at)
    const found = await body(page)
    await context.close()
    expect(errors).toEqual([])
    return found
  }

  const screens = [1280, 375].flatMap((width) =>
    (["light", "dark"] as const).map((colorScheme) => ({ viewport: { width, height: 800 }, colorScheme })),
  )

  it.each(screens)("is accessible and fits at $viewport.width px, $colorScheme", async (screen) => {
    const { violations, widest } = await visit(screen, async (page) => {
      await page.evaluate(axe.source)
      // axe puts itself into the window.
      const run = () => (globalThis as unknown as { axe: typeof axe }).axe.run()
      const { violations } = await page.evaluate(run)
      return { violations, widest: await page.evaluate("document.documentElement.scrollWidth") }
    })
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    expect(widest).toBe(screen.viewport.width)
  })

  it("has a target for each link within it, and a file for each download", async () => {
    const hrefs = await visit({}, (page) =>
      page.locator("a").evaluateAll((links) => links.map((a) => a.getAttribute("href")!)),
    )
    const inner = hrefs.filter((href) => href.startsWith("#"))
    const targets = await visit({}, (page) => page.locator("[id]").evaluateAll((all) => all.map(({ id }) => `#${id}`)))
    expect(inner.length).toBeGreaterThan(10)
    expect(inner.filter((href) => !targets.includes(href))).toEqual([])
    const files = hrefs.filter((href) => !href.startsWith("#"))
    expect(files).toContain("figures/F-1.svg")
    expect(files.filter((href) => !existsSync(join(folder, "page", href)))).toEqual([])
  })

  it("shows the claims of one verdict, and all again when a link leads to a hidden one", async () => {
    const seen = await visit({}, async (page) => {
      const shown = () => page.locator("tbody[data-verdict]:visible").evaluateAll((all) => all.map(({ id }) => id))
      await page.getByRole("button", { name: "fails" }).click()
      const [fails, pressed] = [await shown(), await page.locator("[aria-pressed=true]").getAttribute("data-show")]
      const said = await page.locator("output").textContent()
      await page.evaluate('location.hash = "#claim-C-1"')
      await page.locator("#claim-C-1").waitFor()
      return { fails, pressed, said, after: await shown() }
    })
    expect(seen).toEqual({
      fails: ["claim-C-2"],
      pressed: "fails",
      said: "1 of 4 claims shown",
      after: ["claim-C-1", "claim-C-2", "claim-C-3", "claim-C-4"],
    })
  })

  it("works without scripts", async () => {
    const seen = await visit({ javaScriptEnabled: false }, async (page) => ({
      claims: await page.locator("tbody[data-verdict]:visible").count(),
      filter: await page.locator(".filter:visible").count(),
    }))
    expect(seen).toEqual({ claims: 4, filter: 0 })
  })

  it("begins with a link that skips to the verdicts", async () => {
    const seen = await visit({}, async (page) => {
      await page.keyboard.press("Tab")
      const box = await page.locator(".skip").boundingBox()
      await page.keyboard.press("Enter")
      await page.waitForURL("**#verdicts")
      return box!.x
    })
    expect(seen).toBe(16)
  })

  it("tells the numbers of a point, and keeps figures on white in the dark", async () => {
    const seen = await visit({ colorScheme: "dark" }, async (page) => ({
      title: await page.locator("#figure-F-1 circle title").textContent(),
      sheet: await page.evaluate('getComputedStyle(document.querySelector("#figure-F-1 .sheet")).backgroundColor'),
    }))
    expect(seen).toEqual({ title: "t = 1: 2.5", sheet: "rgb(255, 255, 255)" })
  })

  it("prints, in light colours", async () => {
    const { pdf, paper } = await visit({ colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print" })
      const paper = await page.evaluate("getComputedStyle(document.body).backgroundColor")
      return { pdf: await page.pdf({ format: "A4" }), paper }
    })
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-")
    expect(paper).toBe("rgb(255, 255, 255)")
  })

  it("runs nothing that an SVG brings along", async () => {
    const [first] = report.figures
    const shown = { ...first!.shown, svg: hostile }
    const at = written({ ...report, figures: [{ ...first!, shown } as Report["figures"][number]] }, "hostile")
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(at)
    expect(await page.title()).toBe("Figures and verdicts: toys")
    expect(await page.locator("#figure-F-1 script").count()).toBe(1)
    await context.close()
  })
})
