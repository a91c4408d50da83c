/**
 * The completion scripts. They ask the program itself, so new commands need no new script. The command that they call
 * is hidden from the help. If the program has no candidates, files are completed.
 */
export const completionScripts = {
  // bash also splits words at : and =, and replaces only the part after the last of them.
  bash: `_satsuma() {
  local IFS=$'\\n' rest=\${COMP_LINE:0:COMP_POINT} trimmed word i
  local -a words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    trimmed=\${rest#"\${rest%%[! ]*}"}
    word=\${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then word=$trimmed; fi
    if ((i == 0)) || [[ $trimmed != "$rest" || -z $rest ]]; then words+=("$word"); else words[-1]+=$word; fi
    rest=\${trimmed#"$word"}
  done
  word=\${words[-1]}
  COMPREPLY=($(satsuma complete-words -- "\${words[@]:1}" 2>/dev/null))
  local breaks=\${COMP_WORDBREAKS//[^:=@]/} kept=
  if [[ $breaks ]]; then kept=\${word%"\${word##*[$breaks]}"}; fi
  if [[ $kept ]]; then COMPREPLY=("\${COMPREPLY[@]#"$kept"}"); fi
}
complete -o default -F _satsuma satsuma
`,
  // Works as an autoloaded file, which is run at each completion, and when sourced.
  zsh: `#compdef satsuma
_satsuma() {
  local -a found
  found=(\${(f)"$(satsuma complete-words -- "\${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)"})
  if (( \${#found} )); then compadd -a found; else _files; fi
}
if [[ $funcstack[1] == _satsuma ]]; then _satsuma "$@"; else compdef _satsuma satsuma; fi
`,
  fish: `function __satsuma_words
  set -l found (satsuma complete-words -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c satsuma -f -a '(__satsuma_words)'
`,
} as const;
