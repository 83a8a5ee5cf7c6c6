export { LitElement, html, svg, nothing } from 'lit';
export { repeat } from 'lit/directives/repeat.js';
export { live } from 'lit/directives/live.js';
export { ref } from 'lit/directives/ref.js';
export { keyed } from 'lit/directives/keyed.js';
