/** A name that can stand in a table, a file name and a shell line. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
