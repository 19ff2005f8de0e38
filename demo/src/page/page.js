'use strict';

const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60]];
const RELATIVE = new Intl.RelativeTimeFormat('en');
const answer = document.getElementById('answer');

async function send(form) {
  const method = form.method.toUpperCase();
  const query = new URLSearchParams(new FormData(form));
  // A form leaves out a box that is not ticked, which here is an answer too.
  for (const box of form.querySelectorAll('[type=checkbox]')) query.set(box.name, box.checked);
  const path = form.getAttribute('action') + (query.size ? '?' + query : '');
  const response = await fetch(path, { method, cache: 'no-store' });
  answer.textContent = `${method} ${path}\n${response.status} ${await response.text()}`;
}

// The cookie is hidden from scripts, so the server is asked again for what it says.
async function showSession() {
  const page = await (await fetch('/', { cache: 'no-store' })).text();
  const session = new DOMParser().parseFromString(page, 'text/html').getElementById('session');
  document.getElementById('session').replaceWith(document.adoptNode(session));
  showAges();
}

function showAges() {
  for (const time of document.querySelectorAll('time[data-unix]')) {
    const seconds = Math.max(0, Math.floor(Date.now() / 1000) - time.dataset.unix);
    const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ['second', 1];
    time.textContent = RELATIVE.format(-Math.floor(seconds / length), unit);
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
      answer.textContent = `No answer: ${error.message}`;
    }
  });
}

showAges();
setInterval(showAges, 1000);
