export { LitElement, html, nothing } from 'lit';
export { repeat } from 'lit/directives/repeat.js';
export { guard } from 'lit/directives/guard.js';
