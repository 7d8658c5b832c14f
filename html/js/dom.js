// dom.js - few short ways to the document. Everything is made of nodes: no text is ever read as markup (Trusted Types would refuse it).

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement | null} */
export const one = (selector, root = document) => root.querySelector(selector);

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement[]} */
export const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLInputElement | null} */
export const field = (selector, root = document) => root.querySelector(selector);

/** What an event happened in.
 * @param {Event} event @param {string} selector @returns {HTMLElement | null} */
export const within = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

/** An element; an attribute that is false is left out, true is written empty.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, string | boolean>} [attributes] @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]} */
export function make(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) e.setAttribute(name, value === true ? '' : value);
  }
  e.append(...children);
  return e;
}

/** @param {string} name a symbol of the sprite */
export function icon(name) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  const use = document.createElementNS(ns, 'use');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `/assets/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Another symbol in a button that is there.
 * @param {Element} button @param {string} name */
export function reicon(button, name) {
  button.querySelector('use')?.setAttribute('href', `/assets/icons.svg#${name}`);
}

/** @param {string} name of the icon @param {string} label for those who do not see it @param {Record<string, string | boolean>} [attributes] */
export const iconButton = (name, label, attributes = {}) =>
  make('button', { type: 'button', class: 'icon', 'aria-label': label, title: label, ...attributes }, icon(name));

/** Tab-separated pairs of a form, without its token: what a person could lose.
 * @param {HTMLFormElement} form */
export const typed = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => name !== 'csrf'));

/** What this document shows: an address that changes without it (Back, Forward) is then noticed. */
export const at = { path: location.pathname + location.search };
