// The scripts of `completions`, one a shell. They know only how to ask for words and how to hand them over.

extension CompletionsCommand {
    /// Words are compared one by one: `compgen -W` would execute what stands in a name.
    static let bash = #"""
        # bash completion of taskgraph. In ~/.bashrc: eval "$(taskgraph completions bash)"
        _taskgraph() {
            local word current=${COMP_WORDS[COMP_CWORD]} before=()
            # `--format=svg` comes in three words.
            for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                [ "$word" = "=" ] || before+=("$word")
            done
            [ "$current" != "=" ] || current=
            COMPREPLY=()
            while IFS= read -r word; do
                [[ $word != "$current"* ]] || COMPREPLY+=("$(printf %q "$word")")
            done < <("${COMP_WORDS[0]/#\~/$HOME}" completions words -- "${before[@]}" 2>/dev/null)
        }
        complete -o default -F _taskgraph taskgraph

        """#

    static let zsh = #"""
        #compdef taskgraph
        # zsh completion of taskgraph. In ~/.zshrc, after compinit: eval "$(taskgraph completions zsh)"
        _taskgraph() {
            local -a candidates
            candidates=("${(@f)$(${~words[1]} completions words -- "${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
            compadd -a candidates
            _files
        }
        compdef _taskgraph taskgraph

        """#

    static let fish = #"""
        # fish completion of taskgraph. In ~/.config/fish/config.fish: taskgraph completions fish | source
        function __taskgraph_words
            set -l before (commandline -opc)
            $before[1] completions words -- $before[2..-1] 2>/dev/null
        end
        complete -c taskgraph -a '(__taskgraph_words)'

        """#
}
