// Sites that are not kind to what they embed, phones, people who are signed in, and what a site can say to the widget.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { PAYLOADS } from './payloads.mjs';
import { begin, embed, field, kept, say } from './site.mjs';

/** Where the widget's parts stand, and how they look. */
const look = page => page.evaluate(() => {
  const root = document.querySelector('support-widget').shadowRoot;
  const of = selector => {
    const node = root.querySelector(selector);
    const { width, height, right, bottom, left } = node.getBoundingClientRect();
    const { fontSize, color, backgroundColor, fontFamily, textTransform, display } = getComputedStyle(node);
    return { box: [width, height, innerWidth - right, innerHeight - bottom, left].map(Math.round), fontSize, color, backgroundColor, fontFamily, textTransform, display };
  };
  return Object.fromEntries(['.launcher', '.panel', '.head h2', '.label', '.input', '.btn-wide'].map(selector => [selector, of(selector)]));
});

/** What is seen at the middle of a part. */
const onTop = (page, selector) => page.evaluate(selector => {
  const widget = document.querySelector('support-widget');
  const { x, y, width, height } = widget.shadowRoot.querySelector(selector).getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) === widget;
}, selector);

test('on a site that resets everything, the widget looks and works the same', async t => {
  const { desk, visit, put } = await embed(t);
  const opened = async (path, page) => {
    const visitor = await visit(path, page);
    await visitor.locator('.launcher').click();
    await visitor.locator('.sheet').waitFor();
    await visitor.evaluate(() => Promise.all(document.querySelector('support-widget').shadowRoot.querySelector('.panel').getAnimations({ subtree: true }).map(({ finished }) => finished)));
    return visitor;
  };
  const plain = await look(await opened('/plain'));
  const style = css => `<link rel="stylesheet" href="data:text/css,${encodeURIComponent(css)}">`;
  for (const [name, css] of Object.entries({
    reset: '* { all: unset !important; }',
    small: 'html { font-size: 62.5%; } body { font-size: 1.4rem; text-transform: uppercase; line-height: 3; letter-spacing: 4px; }',
    buttons: 'button { all: unset; background: red !important; border: 9px dashed lime !important; } div { display: inline !important; } input { width: 3px !important; } h2 { color: red !important; }',
    moved: 'body { transform: translate(40px, 90px) scale(.8); overflow: hidden; }',
  })) {
    const page = await opened(`/${name}`, { head: style(css) });
    assert.deepEqual(await look(page), plain, name);
    await page.context().close();
  }

  await t.test('and stands above a bar of the highest index', async () => {
    const page = await opened('/bar', { head: style('#bar { position: fixed; inset: 0; z-index: 2147483647; background: gold; }'), body: '<div id="bar">Cookies?</div>' });
    assert.deepEqual([await onTop(page, '.launcher'), await onTop(page, '.head h2'), await onTop(page, '.btn-wide')], [true, true, true]);
    await page.context().close();
  });

  await t.test('and is mirrored, and speaks Arabic, on a page that reads from right to left', async () => {
    const page = await opened('/rtl', { html: '<html lang="ar" dir="rtl">' });
    const { '.launcher': { box: [, , right, , left] } } = await look(page);
    assert.deepEqual([left, right > 500], [20, true]);
    await page.getByRole('heading', { name: 'مرحبًا، كيف نساعدك؟' }).waitFor();
    for (const [name, value] of Object.entries({ email: 'a@b.example', phone: '+34 600 123 456' })) await page.locator(`.sheet [name="${name}"]`).fill(value);
    await page.getByRole('button', { name: 'ابدأ المحادثة' }).click();
    await page.locator('.msg.bot .bubble').first().waitFor();
    await say(page, 'أهلًا');
    await page.locator('.msg.me .bubble').waitFor();
    const [mine, theirs, log] = await page.evaluate(() => ['.msg.me .bubble', '.msg.bot .bubble', '.log-in'].map(name => document.querySelector('support-widget').shadowRoot.querySelector(name).getBoundingClientRect().toJSON()));
    assert.ok(mine.left - log.left < 40 && log.right - theirs.right < 60, 'what one says oneself stands where lines end');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await page.context().close();
  });

  await t.test('and keeps to the page’s colors: dark only where the page is', async () => {
    const background = page => page.evaluate(() => getComputedStyle(document.querySelector('support-widget').shadowRoot.querySelector('.panel')).backgroundColor);
    const colors = [];
    for (const [path, head, attributes] of [['/light', '', ''], ['/both', '<meta name="color-scheme" content="light dark">', ''], ['/said', '', ' data-theme="dark"']]) {
      const page = await desk.page({ colorScheme: 'dark' });
      await page.goto(put(path, { head, tag: `<script src="${new URL((await (await page.request.get(put('/plain'))).text()).match(/src="([^"]+)"/)[1]).href}" async${attributes}></script>` }));
      await page.locator('.launcher').click();
      await page.locator('.sheet').waitFor();
      colors.push(await background(page));
      await page.context().close();
    }
    assert.deepEqual(colors, ['rgb(255, 255, 255)', 'rgb(19, 20, 27)', 'rgb(19, 20, 27)']);
  });

  await t.test('and the site’s own shortcuts do not run while one writes', async () => {
    const page = await opened('/keys');
    await page.evaluate(() => { window.heard = []; for (const kind of ['keydown', 'keyup', 'keypress']) addEventListener(kind, event => heard.push(event.key)); });
    await page.keyboard.type('jk?');
    assert.equal(await page.getByLabel('Name').inputValue(), 'jk?');
    assert.deepEqual(await page.evaluate(() => heard), []);
    await page.context().close();
  });

  await t.test('and a site can dress it by properties and parts', async () => {
    const page = await opened('/brand', { head: style('support-widget { --sd-accent: rgb(31, 107, 79); --sd-gradient: linear-gradient(135deg, rgb(30, 61, 50), rgb(35, 105, 78)); --sd-font: Georgia, serif; } support-widget::part(launcher) { border-radius: 18px; } support-widget::part(panel) { border-radius: 12px; } support-widget::part(bubble) { border-radius: 3px; } support-widget::part(header) { padding-top: 40px; }') });
    for (const [label, value] of [['Email', 'a@b.example'], ['Phone', '+34 600 123 456']]) await page.getByLabel(label).fill(value);
    await page.getByRole('button', { name: 'Start chat' }).click();
    await page.locator('.bubble').first().waitFor();
    const worn = await page.evaluate(() => {
      const root = document.querySelector('support-widget').shadowRoot;
      const of = (selector, property) => getComputedStyle(root.querySelector(selector))[property];
      return [of('.launcher', 'borderRadius'), of('.panel', 'borderRadius'), of('.bubble', 'borderRadius'), of('.head', 'paddingTop'), of('.head', 'backgroundImage').includes('30, 61, 50'), of('.bubble', 'fontFamily')];
    });
    assert.deepEqual(worn, ['18px', '12px', '3px', '40px', true, 'Georgia, serif']);
    await page.context().close();
  });
  desk.isClean();
});

test('on a phone the panel is the screen', async t => {
  const { desk, visit } = await embed(t);
  const page = await visit('/', { body: `<h1>A site</h1><a href="#x">A link</a>${'<p>Words</p>'.repeat(80)}` }, { viewport: { width: 390, height: 700 }, isMobile: true, hasTouch: true });
  await page.evaluate(() => scrollTo(0, 300));
  await page.locator('.launcher').tap();
  await page.locator('.sheet').waitFor();
  const panel = page.locator('.panel');
  assert.equal(await panel.getAttribute('aria-modal'), 'true');
  assert.deepEqual(await panel.boundingBox(), { x: 0, y: 0, width: 390, height: 700 });
  assert.ok(await page.evaluate(() => { document.querySelector('a').focus(); return document.activeElement?.localName !== 'a'; }), 'the page behind is inert');
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).overflow), 'hidden');
  assert.equal(await page.getByLabel('Email').evaluate(input => getComputedStyle(input).fontSize), '16px');
  await page.getByRole('button', { name: 'Minimize chat' }).tap();
  await panel.waitFor({ state: 'hidden' });
  assert.deepEqual(await page.evaluate(() => [scrollY, document.documentElement.style.overflow]), [300, '']);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);

  await t.test('and beside the page where there is room, where Tab leads back to it', async () => {
    const wide = await visit('/wide', { body: '<h1>A site</h1><a href="#x">A link</a>' });
    await wide.locator('.launcher').click();
    await wide.locator('.sheet').waitFor();
    assert.equal(await wide.locator('.panel').getAttribute('aria-modal'), 'false');
    for (let at = 0; at < 12; at++) {
      await wide.keyboard.press('Tab');
      if (await wide.evaluate(() => document.activeElement?.localName !== 'support-widget')) break;
    }
    assert.ok(await wide.evaluate(() => document.activeElement?.localName !== 'support-widget'), 'nobody is kept in');
  });
  desk.isClean();
});

test('somebody who is signed in to the site', async t => {
  const { desk, visit } = await embed(t);
  await desk.call('elena', 'GET', 'chat/sessions');
  const token = desk.tokens.get('elena');
  const page = await visit();
  await page.evaluate(token => document.querySelector('support-widget').identify(token), token);

  await t.test('is asked for nothing, and is known to the desk', async () => {
    await page.locator('.launcher').click();
    await page.locator('.bubble').first().waitFor();
    assert.equal(await page.locator('.sheet').count(), 0);
    await say(page, 'What do your plans cost?');
    await page.locator('.msg.bot').nth(1).waitFor();
    const { items } = await desk.call('amara', 'GET', 'chat/sessions?search=plans%20cost');
    assert.equal(items[0].user_id, 'elena');
    assert.ok(!(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).includes(token), 'the token is kept by nobody');
  });

  await t.test('finds the conversation on the next page, and is a stranger after signing out', async () => {
    await page.reload();
    await page.locator('.launcher').waitFor();
    await page.evaluate(token => document.querySelector('support-widget').identify(token), token);
    await page.locator('.launcher').click();
    await page.locator('.bubble', { hasText: 'What do your plans cost?' }).waitFor();
    await page.evaluate(() => document.querySelector('support-widget').logout());
    await page.locator('.panel').waitFor({ state: 'hidden' });
    await page.locator('.launcher').click();
    await page.getByLabel('Email').waitFor();
  });
  desk.isClean();
});

test('where nobody answers, one leaves a message', async t => {
  const { desk, visit } = await embed(t);
  const away = page => page.route('**/widget.json', route => route.fulfill({ headers: { 'access-control-allow-origin': '*' }, json: { contact: { name: 'hidden', email: 'required', phone: 'required' }, assistant: false, team: 'away' } }));
  const page = await visit();
  await away(page);
  await page.locator('.launcher').click();
  await page.getByRole('heading', { name: 'Leave us a message' }).waitFor();
  await page.getByText('Your message is kept in this chat').waitFor();
  assert.deepEqual(await page.locator('.sheet [name]').evaluateAll(fields => fields.map(({ name }) => name)), ['email', 'phone', 'message']);
  await page.getByLabel('Email').fill('tomas@herrera.example');
  await page.getByLabel('Phone').fill('+34 600 123 456');
  await page.getByRole('button', { name: 'Send message' }).click();
  assert.equal(await page.locator('.err').innerText(), 'Write what it is about.');
  await page.getByRole('textbox', { name: 'Message' }).fill('My invoice shows the payment twice.');
  await page.getByRole('button', { name: 'Send message' }).click();
  await page.locator('.msg.me', { hasText: 'shows the payment twice' }).waitFor();
  await page.locator('.meta', { hasText: 'Sent' }).waitFor();

  await t.test('which becomes a ticket of somebody who is signed in', async () => {
    await desk.call('elena', 'GET', 'chat/sessions');
    const elena = await visit('/elena');
    await away(elena);
    await elena.evaluate(token => document.querySelector('support-widget').identify(token), desk.tokens.get('elena'));
    await elena.locator('.launcher').click();
    await elena.getByRole('textbox', { name: 'Message' }).fill('The mailbox is full again\n\nSince this morning.');
    await elena.getByRole('button', { name: 'Send message' }).click();
    const { number, description } = await desk.ticket('mailbox is full again');
    await elena.getByText(`It is ticket ${number}.`).waitFor();
    assert.match(description, /Since this morning/);
  });
  desk.isClean();
});

test('a site speaks with the widget', async t => {
  const { desk, visit, line } = await embed(t);
  const page = await visit('/', { tag: `<script src="${line}/widget.js" async data-site="shop" data-locale="de" data-position="start" data-theme="dark" data-greeting="Guten Tag!"></script>` });
  await page.locator('.teaser', { hasText: 'Guten Tag!' }).waitFor();
  const left = await page.locator('.launcher').evaluate(button => button.getBoundingClientRect().left);
  assert.equal(Math.round(left), 20);
  await page.evaluate(async () => {
    const widget = document.querySelector('support-widget');
    window.heard = [];
    for (const name of ['open', 'close', 'message', 'error']) widget.addEventListener(`support:${name}`, ({ detail }) => heard.push([name, detail?.sender_type ?? detail?.code ?? null]));
    window.off = widget.on('open', () => heard.push(['on', null]));
    await widget.open();
  });
  await page.getByRole('button', { name: 'Chat beginnen' }).waitFor();
  assert.deepEqual(await page.evaluate(() => heard), [['open', null], ['on', null]]);
  await page.evaluate(() => { off(); document.querySelector('support-widget').toggle(); document.querySelector('support-widget').toggle(); });
  await page.locator('.panel').waitFor();
  await page.waitForFunction(() => heard.length === 4);
  assert.deepEqual(await page.evaluate(() => heard.slice(2)), [['close', null], ['open', null]]);
  await page.getByLabel('E-Mail').fill('tomas@herrera.example');
  await page.getByLabel('Telefon').fill('+34 600 123 456');
  await page.getByRole('button', { name: 'Chat beginnen' }).click();
  await page.locator('.bubble').first().waitFor();
  await say(page, 'Hallo');
  await page.waitForFunction(() => heard.some(([name, kind]) => name === 'message' && kind === 'bot'));
  const [key] = await page.evaluate(() => Object.keys(localStorage).filter(key => key.startsWith('support:widget')));
  assert.equal(key, 'support:widget:shop');
  const { items } = await desk.call('amara', 'GET', 'chat/sessions?search=herrera.example');
  assert.equal(items[0].metadata.site, 'shop');

  await t.test('and hears of an identity that the desk does not know', async () => {
    await page.evaluate(() => document.querySelector('support-widget').identify('ey.not.good'));
    await page.waitForFunction(() => heard.some(([name, code]) => name === 'error' && code === 'invalid_credentials'));
    desk.expected(401);
  });

  await t.test('a greeting that was dismissed does not come back on the next page', async () => {
    const other = await visit('/greeted', { tag: `<script src="${line}/widget.js" async data-greeting="Hello there"></script>` });
    await other.locator('.teaser').getByRole('button', { name: 'Dismiss' }).click();
    await other.reload();
    await other.waitForTimeout(2_500);
    assert.equal(await other.locator('.teaser').isVisible(), false);
  });
  desk.isClean();
});

test('text is text, whoever says it', async t => {
  const { desk, visit } = await embed(t);
  const page = await visit();
  await begin(page);
  const { id } = await kept(page);
  await desk.call('amara', 'POST', `chat/sessions/${id}/assign`, { assigned_to: 'me' });
  for (const payload of PAYLOADS) await desk.call('amara', 'POST', `chat/sessions/${id}/messages`, { message: payload });
  await say(page, PAYLOADS[0]);
  await page.locator('.msg.me .bubble', { hasText: PAYLOADS[0] }).waitFor();
  await page.waitForFunction(count => document.querySelector('support-widget').shadowRoot.querySelectorAll('.msg:not(.me, .bot) .bubble').length === count, PAYLOADS.length);
  const found = await page.evaluate(() => {
    const root = document.querySelector('support-widget').shadowRoot;
    return { pwned: 'pwned' in window, links: [...root.querySelectorAll('a[href]')].map(link => link.protocol), foreign: root.querySelectorAll(':is(script, iframe, object, embed, style, link, meta, base, img, video, audio)').length };
  });
  assert.deepEqual([found.pwned, found.foreign, found.links.filter(protocol => !['http:', 'https:', 'mailto:'].includes(protocol))], [false, 0, []]);
  assert.equal(await field(page).inputValue(), '');
  desk.isClean();
});
