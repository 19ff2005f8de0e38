'use strict';

const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60]];
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const answer = document.getElementById('answer');
const said = document.getElementById('said');

const items = ({ items }) => `Your cart has ${items.length} ${items.length === 1 ? 'item' : 'items'}, all of them in the cookie.`;
const WORDS = {
  '/login': () => 'You are logged in. Your browser has a new cookie, signed by the server.',
  '/me': ({ username }) => username ? `The cookie says that you are ${username}.` : 'No cookie says who you are.',
  '/logout': () => 'You are logged out. The cookie is gone.',
  '/cart/add': items,
  '/cart': items,
  '/break': () => 'Your cookie now says that you are the admin, with a signature that does not fit. Below is what the server makes of it.',
};

async function send(form) {
  const method = form.method.toUpperCase();
  const query = new URLSearchParams(new FormData(form));
  // A form leaves out a box that is not ticked, which here is an answer too.
  for (const box of form.querySelectorAll('[type=checkbox]')) query.set(box.name, box.checked);
  const path = form.getAttribute('action') + (query.size ? '?' + query : '');
  const response = await fetch(path, { method, cache: 'no-store' });
  const body = await response.text();
  answer.textContent = `${method} ${path}\n${response.status} ${body}`;
  said.textContent = response.ok ? WORDS[form.getAttribute('action')](JSON.parse(body)) : `The server refused: ${reason(body)}.`;
}

function reason(body) {
  try {
    return JSON.parse(body).error;
  } catch {
    return body || 'it gave no reason';
  }
}

// The cookie is hidden from scripts, so the server is asked again for what it says.
async function showSession() {
  const page = await (await fetch('/', { cache: 'no-store' })).text();
  const session = new DOMParser().parseFromString(page, 'text/html').getElementById('session');
  document.getElementById('session').replaceWith(document.adoptNode(session));
  showAges();
}

function showAges() {
  const now = Math.floor(Date.now() / 1000);
  for (const time of document.querySelectorAll('time[data-unix]')) {
    const seconds = time.dataset.unix - now;
    const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
    time.textContent = RELATIVE.format(Math.trunc(seconds / length), unit);
    time.title = new Date(time.dataset.unix * 1000).toLocaleString();
  }
}

for (const form of document.forms) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await send(form);
      await showSession();
    } catch (error) {
      said.textContent = `The server gave no answer: ${error.message}.`;
    }
  });
}

showAges();
setInterval(showAges, 1000);
