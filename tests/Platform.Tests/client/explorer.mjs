// Opens the explorer in a real browser without network, runs its welcome query and reads the answer.
import { chromium } from 'playwright-core';

const gateway = process.env.GATEWAY;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const outside = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(gateway) && !/^(data|blob):/.test(request.url())) outside.push(request.url());
  });
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));

  await page.goto(`${gateway}/graphql`, { waitUntil: 'load' });
  const play = page.locator('button.graphiql-execute-button');
  await play.waitFor({ timeout: 30000 });
  await page.waitForFunction(() => document.querySelector('.graphiql-query-editor')?.textContent.includes('Products'), { timeout: 30000 });
  await play.click();
  // The result editor draws non-breaking spaces.
  await page.waitForFunction(
    () => document.querySelector('.result-window')?.textContent.replace(/\u00a0/g, ' ').includes('"nodes"'),
    undefined,
    { timeout: 30000 },
  );
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  const result = (await page.locator('.result-window').textContent()).replace(/\u00a0/g, ' ');
  if (result.includes('"errors"')) throw new Error(`the welcome query has errors: ${result}`);
  if (outside.length > 0) throw new Error(`the page asked outside: ${outside.join(', ')}`);
  if (problems.length > 0) throw new Error(`the page failed: ${problems.join(', ')}`);
  console.log('explorer: loaded, ran a query, showed its result');
} finally {
  await browser.close();
}
