// The icons that the widget draws, as in `icons.svg`: `<use>` reaches into no file of another origin.
import { html } from '../vendor/lit.js';

export const icons = html`<svg hidden aria-hidden="true">
  <symbol id="spark" viewBox="0 0 20 20"><path d="M9 4.2c.5 3.3 1.9 4.8 5.3 5.3-3.4.5-4.8 2-5.3 5.3-.5-3.3-1.9-4.8-5.3-5.3C7.1 9 8.5 7.5 9 4.2ZM15.3 3.3v2.9M13.85 4.75h2.9M15.3 14v2.4M14.1 15.2h2.4"/></symbol>
  <symbol id="check" viewBox="0 0 20 20"><path d="m4.5 10.5 3.6 3.6 7.4-8"/></symbol>
  <symbol id="checks" viewBox="0 0 20 20"><path d="m2.5 10.6 3.2 3.2L12 6.6M9.6 13.2l.7.6 7-7.4"/></symbol>
  <symbol id="clock" viewBox="0 0 20 20"><circle cx="10" cy="10" r="6.5"/><path d="M10 6.2V10l2.6 1.7"/></symbol>
  <symbol id="warn" viewBox="0 0 20 20"><path d="M10 4 3.5 15.5h13L10 4ZM10 8.7v3M10 13.6v.01"/></symbol>
  <symbol id="info" viewBox="0 0 20 20"><circle cx="10" cy="10" r="6.5"/><path d="M10 9.5v4M10 6.9v.01"/></symbol>
  <symbol id="arrow-down" viewBox="0 0 20 20"><path d="M10 4.5v11m0 0 4-4m-4 4-4-4"/></symbol>
  <symbol id="user" viewBox="0 0 20 20"><circle cx="10" cy="7" r="3"/><path d="M4.2 16.5a5.9 5.9 0 0 1 11.6 0"/></symbol>
  <symbol id="send" viewBox="0 0 20 20"><path d="M10 15.8V4.5m0 0L5.6 8.9M10 4.5l4.4 4.4"/></symbol>
  <symbol id="minus" viewBox="0 0 20 20"><path d="M5 10h10"/></symbol>
  <symbol id="x" viewBox="0 0 20 20"><path d="m5.5 5.5 9 9m0-9-9 9"/></symbol>
  <symbol id="chat" viewBox="0 0 20 20"><path d="M4.5 4h11A1.5 1.5 0 0 1 17 5.5v7a1.5 1.5 0 0 1-1.5 1.5H9.4L6 16.8V14H4.5A1.5 1.5 0 0 1 3 12.5v-7A1.5 1.5 0 0 1 4.5 4Z"/><path d="M6.5 7.7h7M6.5 10.4h4.3"/></symbol>
  <symbol id="offline" viewBox="0 0 20 20"><path d="m3.5 3.5 13 13M5.6 10.7a6.3 6.3 0 0 1 3-1.6M2.8 7.8a10.3 10.3 0 0 1 3-1.9M14.4 10.7a6.4 6.4 0 0 0-1.7-1.15M17.2 7.8a10.2 10.2 0 0 0-8.1-2.7M7.9 13.3a3.2 3.2 0 0 1 4 0M10 15.9v.01"/></symbol>
  <symbol id="moon" viewBox="0 0 20 20"><path d="M16 11.7A6.5 6.5 0 0 1 8.3 4a6.5 6.5 0 1 0 7.7 7.7Z"/></symbol>
  <symbol id="star" viewBox="0 0 20 20"><path d="m10 3.6 1.95 4.06 4.45.6-3.24 3.12.8 4.44L10 13.67l-3.96 2.15.8-4.44L3.6 8.26l4.45-.6L10 3.6Z"/></symbol>
  <symbol id="doc" viewBox="0 0 20 20"><path d="M5.5 3.5h6l3 3v10h-9v-13ZM11.5 3.5v3h3"/></symbol>
</svg>`;
