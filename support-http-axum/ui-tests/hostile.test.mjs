// Text that tries to be more than text, in every field that takes any, shown to everybody.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';

/** Each sets `pwned`, or asks another host for something, if it is taken for anything but text. */
const PAYLOADS = [
  ...['<script>pwned=1</script>', '<img src=x onerror=pwned=1>', '<svg onload=pwned=1>', '<svg><script>pwned=1</script></svg>', '<iframe srcdoc="<script>parent.pwned=1</script>">',
    '<iframe src="javascript:parent.pwned=1">', '<body onload=pwned=1>', '<input autofocus onfocus=pwned=1>', '<details open ontoggle=pwned=1>', '<video><source onerror=pwned=1></video>',
    '<audio src=x onerror=pwned=1>', '<object data="javascript:pwned=1">', '<embed src="javascript:pwned=1">', '<form action="javascript:pwned=1"><button>x</button></form>', '<a href="javascript:pwned=1">x</a>',
    '<math><mi xlink:href="javascript:pwned=1">x</mi></math>', '<style>@import "//evil.example/x.css";</style>', '<link rel=stylesheet href=//evil.example/x.css>', '<base href=//evil.example/>', '<meta http-equiv=refresh content="0;url=//evil.example/">',
    '<img src=//evil.example/pixel.gif>', '<img srcset="//evil.example/p 2x">', '<template><script>pwned=1</script></template>', '<noscript><p title="</noscript><img src=x onerror=pwned=1>">', '<marquee onstart=pwned=1>'],
  ...['"><script>pwned=1</script>', '\'><img src=x onerror=pwned=1>', '" onmouseover="pwned=1', "' autofocus onfocus='pwned=1", '--><script>pwned=1</script>', ']]><script>pwned=1</script>',
    '</title><script>pwned=1</script>', '</textarea><script>pwned=1</script>', '</script><script>pwned=1</script>', '<!--<script>pwned=1</script>-->', '<scr<script>ipt>pwned=1</script>', '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
    '<%00script>pwned=1</script>', '&lt;script&gt;pwned=1&lt;/script&gt;', '&#60;script&#62;pwned=1&#60;/script&#62;', '\\u003cscript\\u003epwned=1\\u003c/script\\u003e', '＜script＞pwned=1＜/script＞'],
  ...['javascript:pwned=1', 'JaVaScRiPt:pwned=1', 'java\tscript:pwned=1', 'data:text/html,<script>pwned=1</script>', 'vbscript:pwned=1', 'https://evil.example/"onmouseover="pwned=1', 'https://evil.example/<script>pwned=1</script>',
    'http://javascript:pwned=1@evil.example/', 'https://evil.example\u202e/gpj.exe', 'mailto:x@evil.example?body="><script>pwned=1</script>', '[x](javascript:pwned=1)', '![x](//evil.example/p.gif)'],
  ...['${pwned=1}', '{{constructor.constructor("pwned=1")()}}', '<%= pwned=1 %>', '#{pwned=1}', '__proto__', '?lit$123$', '<!--?lit$-->', 'constructor', '\u202eevil', '%assets%'],
];

const oneLine = text => text.replaceAll('\t', ' ');

/** One look at everything a page shows: nothing ran, and every link is one that a person may follow. */
async function look(page) {
  const found = await page.evaluate(() => ({
    pwned: 'pwned' in window,
    links: [...document.querySelectorAll('a[href]')].map(link => /** @type {HTMLAnchorElement} */ (link).protocol),
    foreign: document.querySelectorAll('sd-app :is(script, iframe, object, embed, style, link, meta, base, img, video, audio)').length,
  }));
  assert.equal(found.pwned, false);
  assert.equal(found.foreign, 0);
  assert.deepEqual(found.links.filter(protocol => !['http:', 'https:', 'mailto:'].includes(protocol)), []);
}

test('text is text, in every field, to everybody', async t => {
  assert.ok(PAYLOADS.length >= 60, `${PAYLOADS.length}`);
  const desk = await open(t);
  const numbers = [];
  for (const payload of PAYLOADS) {
    const { id, number } = await desk.call('elena', 'POST', 'support/tickets', { subject: oneLine(payload), description: `${payload}\n\nbefore ${payload} after`, category: 'billing' });
    await desk.call('elena', 'POST', `support/tickets/${id}/replies`, { message: payload });
    await desk.call('amara', 'POST', `support/tickets/${id}/replies`, { message: payload, internal: true });
    await desk.call('amara', 'PATCH', `support/tickets/${id}`, { tags: [oneLine(payload).slice(0, 50)] }).catch(() => {});
    numbers.push(number);
  }
  const amara = await desk.as('amara', '/support/tickets');
  const elena = await desk.as('elena', '/my-tickets/tickets');
  for (const page of [amara, elena]) {
    await page.locator('.row').first().waitFor();
    await look(page);
  }
  for (const [at, number] of numbers.entries()) {
    for (const [page, mount] of [[amara, 'support'], [elena, 'my-tickets']]) {
      await page.evaluate(address => { history.pushState(null, '', address); dispatchEvent(new Event('support:route')); }, `/${mount}/tickets/${number}`);
      await page.waitForFunction(number => document.querySelector('.crumb .num')?.textContent === number && document.querySelectorAll('.post').length >= 2, number);
      await look(page);
      const shown = await page.locator('.t-head h1').evaluate(heading => heading.textContent);
      assert.equal(shown, oneLine(PAYLOADS[at]), 'it is shown as it was written');
    }
  }
  await amara.goto(`${desk.base}/support/tickets?${new URLSearchParams({ search: '<img src=x onerror=pwned=1>', category: '<b>', assigned_to: '"><script>pwned=1</script>' })}`);
  await amara.locator('.chip-on').first().waitFor();
  await look(amara);
  desk.expected(422);
  desk.isClean();
});
