import { chromium, type Page } from 'playwright-core';

/** The browser that the system has; tests that need it are skipped where there is none. */
export const BROWSER = 'chromium';

/** What a page did while it was looked at. */
export interface PageVisit {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

/** Opens a file as somebody would who has been sent it. */
export async function visit<T>(
  file: string,
  look: { readonly width: number; readonly colorScheme: 'light' | 'dark' },
  use: (visit: PageVisit) => Promise<T>,
): Promise<T> {
  const browser = await chromium.launch({
    executablePath: `/usr/bin/${BROWSER}`,
    args: ['--no-sandbox'],
  });
  try {
    const { width, colorScheme } = look;
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${file}`);
    return await use({ page, complaints, requests });
  } finally {
    await browser.close();
  }
}
