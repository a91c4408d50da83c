import type { Page } from 'playwright-core';

/**
 * What Tab does not reach of what can be used on the page, from its beginning to its end: as text. Of radio buttons Tab reaches one, and what scrolls
 * is reached too.
 */
export async function unreached(page: Page): Promise<readonly string[]> {
  const count = (await page.evaluate(`(() => {
    const wanted = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
    const isShown = (each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled && !each.closest('dialog:not([open])');
    const isLater = (each) => each.type === 'radio' && !each.checked;
    window.toReach = new Set(wanted.filter((each) => isShown(each) && !isLater(each) && each.tabIndex >= 0));
    document.addEventListener('focusin', ({ target }) => window.toReach.delete(target), { signal: (window.reaching = new AbortController()).signal });
    document.activeElement?.blur();
    const range = document.createRange();
    range.setStart(document.body, 0);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return window.toReach.size;
  })()`)) as number;
  const left = (): Promise<readonly string[]> =>
    page.evaluate('[...window.toReach].filter((each) => each.isConnected).map((each) => each.outerHTML.slice(0, 120))');
  const pressAll = async () => {
    // What is drawn anew meanwhile, or scrolls without a tabindex, takes some more.
    for (let at = 0; at < count + 10; at += 1) await page.keyboard.press('Tab');
  };
  await pressAll();
  // A view that is drawn meanwhile may take the focus to its own beginning: the second time it is all there.
  if ((await left()).length > 0) await pressAll();
  await page.evaluate('window.reaching.abort(); getSelection().removeAllRanges()');
  return await left();
}

/** What has the focus, by its text, its label or its kind. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const at = document.activeElement;
    return at?.getAttribute('aria-label') ?? (at?.textContent || at?.getAttribute('name') || at?.tagName);
  })()`) as Promise<string>;
}
