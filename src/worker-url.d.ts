/** Where the build puts a worker. */
declare module '*?worker&url' {
  const url: string;
  export default url;
}
