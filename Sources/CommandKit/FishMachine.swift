// The part of the fish script that is the same for every table: see `BashMachine`. Functions of
// fish do not see each other's variables, so the walk answers with the place as lines.

struct FishMachine {
    /// The tool's name as part of a function's name.
    let name: String
    let tool: String
    /// The options that are passed on to the tool.
    let passed: String

    var script: String { offers + steps + walking + main }

    private var offers: String {
        #"""
        # Offers values of a kind: PREFIX PASSED-COUNT [PASSED ...] KIND [WORD ...]
        function __\#(name)_values
            set -l prefix $argv[1]
            set -l pass
            test $argv[2] -gt 0; and set pass $argv[3..(math $argv[2] + 2)]
            set -l kind $argv[(math $argv[2] + 3)]
            set -l values $argv[(math $argv[2] + 4)..-1]
            set -l lines
            set -l rest (commandline -ct)
            set rest (string sub -s (math (string length -- "$prefix") + 1) -- "$rest")
            switch "$kind"
                case words
                    set lines $values
                case dynamic
                    set lines (command \#(tool) $pass completion --values $values[1] \
                        2>/dev/null </dev/null)
                case file
                    set lines (__fish_complete_path "$rest" 2>/dev/null)
                case directory
                    set lines (__fish_complete_directories "$rest" '' 2>/dev/null)
            end
            test (count $lines) -gt 0; and printf '%s\n' $prefix$lines
        end


        """#
    }

    private var steps: String {
        #"""
        # Whether the word names a subcommand at the path.
        function __\#(name)_enters
            set -l names (__\#(name)_commands "$argv[1]" | string replace -r '\t.*' '')
            contains -- "$argv[2]" $names (__\#(name)_hidden "$argv[1]")
        end

        # The option whose value is missing in the letters after one dash, or the option and its
        # value.
        function __\#(name)_letters
            set -l letters (string split '' -- "$argv[2]")
            for index in (seq (count $letters))
                if __\#(name)_option "$argv[1]" -$letters[$index] >/dev/null
                    echo -- -$letters[$index]
                    test $index -lt (count $letters)
                    and string sub -s (math $index + 1) -- "$argv[2]"
                    return
                end
            end
        end


        """#
    }

    private var walking: String {
        #"""
        # Follows the words before the cursor: path, number of arguments, option whose value comes
        # next, whether options have ended, then the options to pass on, a line each.
        function __\#(name)_walk
            set -l path ''
            set -l count 0
            set -l pending ''
            set -l ended ''
            set -l pass
            for word in $argv
                set -l given
                if test -n "$pending"
                    set given $pending "$word"
                    set pending ''
                else if test -n "$ended" -o "$word" = -; or not string match -q -- '-*' "$word"
                    if test $count -eq 0; and __\#(name)_enters "$path" "$word"
                        set path (string trim -- "$path $word")
                    else
                        set count (math $count + 1)
                    end
                else if test "$word" = --
                    set ended 1
                else if string match -q -- '--*=*' "$word"
                    set given (string split -m 1 = -- "$word")
                else if string match -q -- '--*' "$word"
                    __\#(name)_option "$path" "$word" >/dev/null; and set pending $word
                else
                    set given (__\#(name)_letters "$path" (string sub -s 2 -- "$word"))
                    if test (count $given) -eq 1
                        set pending $given
                    end
                end
                if test (count $given) -eq 2; and contains -- $given[1] \#(passed)
                    set -a pass $given[1] (string replace -r '^~(?=/|$)' -- "$HOME" $given[2])
                end
            end
            printf '%s\n' "$path" "$count" "$pending" "$ended" $pass
        end


        """#
    }

    private var main: String {
        #"""
        function __\#(name)_complete
            set -l words (commandline -opc)
            set -l cur (commandline -ct)
            set -l place (__\#(name)_walk $words[2..-1])
            set -l path $place[1]
            set -l pending $place[3]
            set -l ended $place[4]
            set -l pass (math (count $place) - 4) $place[5..-1]
            if test -z "$path" -a "$place[2]" -gt 0
                # A command that this table does not know.
                __\#(name)_values '' 0 file
            else if test -n "$pending"
                __\#(name)_values '' $pass (__\#(name)_option "$path" $pending)
            else if test -z "$ended"; and string match -q -- '--*=*' "$cur"
                set -l option (string split -m 1 = -- "$cur")[1]
                set -l kind (__\#(name)_option "$path" $option)
                and __\#(name)_values "$option=" $pass $kind
            else if test -z "$ended"; and string match -q -- '-*' "$cur"
                __\#(name)_options "$path"
            else
                test "$place[2]" -eq 0; and __\#(name)_commands "$path"
                set -l kind (__\#(name)_argument "$path" $place[2])
                test (count $kind) -gt 0; and __\#(name)_values '' $pass $kind
            end
            return 0
        end

        complete -c \#(ShellText.fish(tool)) -f -a '(__\#(name)_complete)'

        """#
    }
}
