/** What a page does by itself: sort rows by a column, and hand out the documents it was made of, byte for byte. */
export const SCRIPT = `
'use strict';
for (const button of document.querySelectorAll('th button')) {
  button.addEventListener('click', () => {
    const head = button.closest('th');
    const isAscending = head.getAttribute('aria-sort') !== 'ascending';
    for (const other of head.parentElement.children) other.setAttribute('aria-sort', 'none');
    head.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending');
    const body = head.closest('table').tBodies[0];
    const column = head.cellIndex;
    const isNumeric = head.classList.contains('number');
    const keyOf = (row) => {
      const text = row.cells[column].textContent;
      return !isNumeric ? text : text === '' ? -Infinity : Number(text);
    };
    const rows = [...body.rows].map((row) => ({ row, key: keyOf(row) }));
    const compare = isNumeric
      ? (a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1)
      : (a, b) => a.key.localeCompare(b.key, 'en');
    rows.sort((a, b) => (isAscending ? compare(a, b) : compare(b, a)));
    body.append(...rows.map(({ row }) => row));
  });
}
for (const button of document.querySelectorAll('button.download')) {
  button.addEventListener('click', () => {
    const encoded = document.getElementById(button.dataset.source).textContent;
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/json' }));
    link.download = button.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}
`;
