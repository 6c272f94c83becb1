// Nothing: what Node.js takes to load a module from a file.
