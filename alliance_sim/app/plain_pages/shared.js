"use strict";
// What phones and the lesson as one file share. Texts are set as text, never as HTML.
const WORDS = JSON.parse(document.getElementById("words").textContent);
const SIDES = ["a", "b"], LETTERS = ["A", "B"];
const at = id => document.getElementById(id);
const known = value => value !== null && value !== undefined;
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Show a sentence; its parts of {a…} and {b…} have the colours of the systems.
function phrase(element, words, values = {}) {
  element.replaceChildren(...words.split(/(\{\w+\})/).map(part => {
    const name = (part.match(/^\{(\w+)\}$/) || [])[1];
    if (!name) return document.createTextNode(part);
    const span = document.createElement("span");
    span.textContent = values[name];
    if (/^[ab]_/.test(name)) span.className = name.endsWith("_tag") ? "tag " + name[0] : "ink-" + name[0];
    return span;
  }));
}

// Numbers have the decimals of the step between two bets, and the signs of the language.
function decimals_of(step) { return Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)); }
function figure_of(value, step) { return sign_of((rounded(value, step) + 0).toFixed(decimals_of(step))); }
function rounded(value, step) { return Number(value.toFixed(decimals_of(step))); }
function sign_of(text) { return text.replace("-", "−").replace(".", WORDS.decimal); }

// The distance between two numbers as they are shown.
function distance(one, other, step) { return Math.abs(rounded(one, step) - rounded(other, step)); }

// Both handles start in the middle of the axis, so that they hint at no answer.
function middle_bets(low, high, step) {
  const value = Number((low + Math.round((high - low) / 2 / step) * step).toFixed(6));
  return [value, value];
}
