namespace Observability.Templates.Tests.Language;

/// <summary>
/// Templates with what Go makes of them. The tables are checked twice: against this interpreter, and against Go's own in Debian's amtool
/// (<see cref="Peers.AmtoolTests"/>), so an expectation cannot be wrong for long.
/// </summary>
public static class GoCases
{
    public static readonly (string Template, string Expected)[] Constructs =
    [
        ("plain } text { with }} braces", "plain } text { with }} braces"),
        ("a{{/* a comment */}}b", "ab"),
        ("a {{- /* trimmed */ -}} b", "ab"),
        ("a \n\t {{- \"x\" -}} \r\n b", "axb"),
        ("a {{-3}} b", "a -3 b"),
        ("{{\"a\" -}}  b", "ab"),
        ("{{ `raw \\n \"text\"` }}", "raw \\n \"text\""),
        ("{{ \"tab\\tquote\\\" \\u00e9 \\x41 \\101 \\U0001F600\" }}", "tab\tquote\" é A A 😀"),
        ("{{ 'a' }} {{ '\\n' }} {{ '\\'' }} {{ 'é' }}", "97 10 39 233"),
        ("{{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }} {{ -7 }} {{ +7 }}", "31 5 15 15 1000 -7 7"),
        ("{{ 1.5 }} {{ 1e3 }} {{ .5 }} {{ 1.0 }} {{ 0x1p4 }} {{ 2. }} {{ -1.5e-3 }}", "1.5 1000 0.5 1 16 2 -0.0015"),
        ("{{ true }} {{ false }}", "true false"),
        ("{{ if true }}yes{{ else }}no{{ end }}", "yes"),
        ("{{ if 0 }}a{{ else if \"\" }}b{{ else if 1 }}c{{ else }}d{{ end }}", "c"),
        ("{{ if 0.0 }}a{{ else }}b{{ end }}{{ if stringSlice }}c{{ else }}d{{ end }}", "bd"),
        ("{{ with \"x\" }}[{{ . }}]{{ else }}none{{ end }}", "[x]"),
        ("{{ with \"\" }}[{{ . }}]{{ else }}none{{ end }}", "none"),
        ("{{ with $v := 5 }}{{ $v }}{{ . }}{{ end }}", "55"),
        ("{{ range stringSlice \"a\" \"b\" }}<{{ . }}>{{ end }}", "<a><b>"),
        ("{{ range $e := stringSlice \"a\" \"b\" }}<{{ $e }}>{{ end }}", "<a><b>"),
        ("{{ range $i, $e := stringSlice \"a\" \"b\" }}{{ $i }}{{ $e }},{{ end }}", "0a,1b,"),
        ("{{ range stringSlice }}x{{ else }}empty{{ end }}", "empty"),
        ("{{ range stringSlice \"a\" \"b\" \"c\" }}{{ if eq . \"b\" }}{{ continue }}{{ end }}{{ . }}{{ end }}", "ac"),
        ("{{ range stringSlice \"a\" \"b\" \"c\" }}{{ if eq . \"b\" }}{{ break }}{{ end }}{{ . }}{{ end }}", "a"),
        ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}", "21"),
        ("{{ $n := \"\" }}{{ range $i, $e := stringSlice \"a\" \"b\" }}{{ $n = print $n $i $e }}{{ end }}{{ $n }}", "0a1b"),
        ("{{ $e := \"\" }}{{ range $e = stringSlice \"a\" \"b\" }}{{ end }}{{ $e }}", "b"),
        ("{{ define \"one\" }}[{{ . }}]{{ end }}{{ template \"one\" 5 }}{{ template \"one\" (print \"a\" \"b\") }}", "[5][ab]"),
        ("{{ define \"two\" }}{{ $ }}{{ range stringSlice \"x\" }}{{ $ }}{{ . }}{{ end }}{{ end }}{{ template \"two\" 7 }}", "77x"),
        ("{{ define \"nodata\" }}[{{ . }}]{{ end }}{{ template \"nodata\" }}", "[<no value>]"),
        ("{{ block \"three\" 3 }}<{{ . }}>{{ end }}{{ template \"three\" 4 }}", "<3><4>"),
        ("{{ \"a\" | printf \"%s-%s\" \"b\" }}", "b-a"),
        ("{{ \"a\" | toUpper | printf \"%s%d\" \"n\" | len }}", "14"),
        ("{{ (stringSlice \"a\" \"b\" | join \"-\") | toUpper }}", "A-B"),
        ("{{ len (print 1 2) }}", "3"),
        ("{{ printf \"%s\" (printf \"%s\" (printf \"deep\")) }}", "deep"),
        ("{{ ($y := 4) }}{{ $y }}", "44"),
        ("{{\n  \"over\"\n  |\n  toUpper\n}}", "OVER"),
        ("{{ $ | printf \"%T\" | len | lt 0 }}", "true"),
    ];

    /// <summary>Constructs of Go 1.22 and later, which Debian's programs do not know yet.</summary>
    public static readonly (string Template, string Expected)[] NewerConstructs =
    [
        ("{{ range 3 }}{{ . }}{{ end }}", "012"),
        ("{{ range $i := 2 }}{{ $i }}{{ end }}", "01"),
        ("{{ range 0 }}x{{ else }}none{{ end }}", "none"),
        ("{{ with \"\" }}a{{ else with \"b\" }}{{ . }}{{ else }}c{{ end }}", "b"),
        ("{{ with \"\" }}a{{ else with \"\" }}b{{ else }}c{{ end }}", "c"),
    ];

    public static readonly (string Template, string Expected)[] StandardFunctions =
    [
        ("{{ and 1 0 \"x\" }} {{ and 1 \"x\" }} {{ or 0 \"\" \"x\" }} {{ or 0 \"\" }}|", "0 x x |"),
        ("{{ and false (index (stringSlice) 3) }} {{ or true (index (stringSlice) 3) }}", "false true"),
        ("{{ not 1 }} {{ not \"\" }} {{ not nil }}", "false true true"),
        ("{{ 1 | and 2 }} {{ 0 | or 0 }}", "1 0"),
        ("{{ eq 1 1 }} {{ eq \"a\" \"b\" \"a\" }} {{ eq true false }} {{ eq 1.5 1.5 }} {{ eq nil nil }}", "true true false true true"),
        ("{{ ne 1 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt \"b\" \"a\" }} {{ ge 1.5 2.5 }}", "true true true true false"),
        ("{{ index (stringSlice \"a\" \"b\") 1 }} {{ index \"abc\" 1 }} {{ index \"x\" 0 }}", "b 98 120"),
        ("{{ slice \"abcdef\" 1 3 }} {{ slice \"abc\" 2 }} {{ slice \"abc\" }} {{ slice (stringSlice \"a\" \"b\" \"c\") 1 }} {{ slice (stringSlice \"a\" \"b\" \"c\") 0 1 2 }}", "bc c abc [b c] [a]"),
        ("{{ len \"é\" }} {{ len (stringSlice \"a\") }} {{ len \"\" }}", "2 1 0"),
        ("{{ print }}|{{ print 1 2 \"a\" \"b\" 3 4 true nil }}|{{ print \"a\" 1 }}", "|1 2ab3 4 true <nil>|a1"),
        ("{{ println }}{{ println 1 \"a\" nil }}", "\n1 a <nil>\n"),
        ("{{ html \"<a href='x'>&\\\"\" }}", "&lt;a href=&#39;x&#39;&gt;&amp;&#34;"),
        ("{{ js \"a'b\\\"<>&=\\n\\\\é\" }}", "a\\'b\\\"\\u003C\\u003E\\u0026\\u003D\\u000A\\\\é"),
        ("{{ urlquery \"a b&c/d~é+\" }} {{ urlquery 1 2 }}", "a+b%26c%2Fd~%C3%A9%2B 1+2"),
        ("{{ stringSlice \"a\" \"b\" }} {{ stringSlice }}", "[a b] []"),
        ("{{ print 1000000.0 123456789.0 100000.0 0.0001 0.00001 }}", "1e+06 1.23456789e+08 100000 0.0001 1e-05"),
        ("{{ 1e21 }} {{ 1e20 }} {{ 2097152.0 }} {{ 123456.7 }} {{ 0.1 }} {{ 1e-320 }} {{ 1.7976931348623157e308 }}", "1e+21 1e+20 2.097152e+06 123456.7 0.1 1e-320 1.7976931348623157e+308"),
    ];

    public static readonly (string Template, string Expected)[] Printf =
    [
        ("{{ printf \"%d|%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%b|%c|%U|%q\" 42 42 42 42 42 42 255 255 255 8 5 65 65 65 }}", "42|   42|42   |00042|+42| 42|ff|FF|0xff|10|101|A|U+0041|'A'"),
        ("{{ printf \"%d|%05d|%.3d|%6.3d\" -42 -42 7 7 }}", "-42|-0042|007|   007"),
        ("{{ printf \"%s|%6s|%-6s|%.2s|%q|%x|%X|%v\" \"ab\" \"ab\" \"ab\" \"abc\" \"q\\\"\\n\" \"hi\" \"hi\" \"v\" }}", "ab|    ab|ab    |ab|\"q\\\"\\n\"|6869|6869|v"),
        ("{{ printf \"%f|%.2f|%8.3f|%-8.1f|%08.2f|%+.1f|%.0f\" 3.14159 3.14159 3.14159 3.14159 3.14159 3.14159 3.5 }}", "3.141590|3.14|   3.142|3.1     |00003.14|+3.1|4"),
        ("{{ printf \"%e|%.2e|%E|%g|%.3g|%G|%v\" 1234.5 1234.5 1234.5 1e-7 1234.5 1e-10 1234.5 }}", "1.234500e+03|1.23e+03|1.234500E+03|1e-07|1.23e+03|1E-10|1234.5"),
        ("{{ printf \"%.0f %.0f %.0f %.1f %.2f %.3g\" 0.5 1.5 2.5 0.25 1.005 0.0 }}", "0 2 2 0.2 1.00 0"),
        ("{{ printf \"%.4g %.4g %.4g %.4g %.4g\" 1234.5 123456.0 0.00012345 99999.0 100.0 }}", "1234 1.235e+05 0.0001234 1e+05 100"),
        ("{{ printf \"%t %v %v %5t|\" true false nil true }}", "true false <nil>  true|"),
        ("{{ printf \"%v %s %q %d\" (stringSlice \"a\" \"b\") (stringSlice \"a\") (stringSlice \"a\" \"b\") (stringSlice \"a\") }}", "[a b] [a] [\"a\" \"b\"] [%!d(string=a)]"),
        ("{{ printf \"100%%\" }} {{ printf \"%d\" \"x\" }} {{ printf \"%s\" 5 }} {{ printf \"%z\" 1 }}", "100% %!d(string=x) %!s(int=5) %!z(int=1)"),
        ("{{ printf \"%d %d\" 1 }} {{ printf \"a\" 1 2.5 \"x\" nil }} {{ printf \"%\" }}", "1 %!d(MISSING) a%!(EXTRA int=1, float64=2.5, string=x, <nil>) %!(NOVERB)"),
        ("{{ printf \"%*d|%-*d|%.*f\" 5 42 5 42 2 3.14159 }}", "   42|42   |3.14"),
        ("{{ printf \"%6.2f%%|%3c|%-4q|%s\" 12.345 65 66 true }}", " 12.35%|  A|'B' |%!s(bool=true)"),
        ("{{ printf \"%6s|%-6s|%06d\" \"é\" \"é\" -5 }}", "     é|é     |-00005"),
    ];

    public static readonly (string Template, string Expected)[] SharedFunctions =
    [
        ("{{ toUpper \"aé\" }} {{ toLower \"AÉ\" }}", "AÉ aé"),
        ("{{ title \"foo_bar foo-bar foo.bar it's 3rd LOUD école x:y a/b v2beta\" }}", "Foo_bar Foo-Bar Foo.bar It's 3Rd Loud École X:y A/B V2beta"),
        ("{{ join \"-\" (stringSlice \"a\" \"b\") }} {{ stringSlice \"a\" \"b\" | join \", \" }}", "a-b a, b"),
        ("{{ match \"a.*\" \"xabc\" }} {{ match \"^a\" \"ba\" }} {{ match \"a$\" \"a\\n\" }} {{ match \"(?m)a$\" \"a\\nb\" }}", "true false false true"),
        ("{{ reReplaceAll \"a*\" \"-\" \"baaac\" }} {{ reReplaceAll \"x*\" \"-\" \"abc\" }}", "-b-c- -a-b-c-"),
        ("{{ reReplaceAll \"(?P<x>b)(c)\" \"$2${x}$1x\" \"abcd\" }} {{ reReplaceAll \"(b)(?P<n>c)\" \"<$1|$2|$n>\" \"abcd\" }}", "acbd a<b|c|c>d"),
        ("{{ reReplaceAll \"b\" \"$$1 $ ${\" \"abc\" }}", "a$1 $ ${c"),
        ("{{ reReplaceAll \"[[:digit:]]+\" \"#\" \"a1b22\" }} {{ reReplaceAll `\\Qa.b\\E` \"x\" \"a.b axb\" }} {{ reReplaceAll `[^\\w]` \"\" \"a-b_c!\" }}", "a#b# x axb ab_c"),
        ("{{ reReplaceAll `\\d` \"#\" \"1٣\" }} {{ match `^\\S+$` \"é\" }} {{ match `^[\\W]$` \"é\" }} {{ match `\\pL` \"é\" }} {{ match `[a[b]` \"[\" }}", "#٣ true true true true"),
        ("{{ reReplaceAll \"(.*):\\\\d+\" \"$1\" \"host:9090\" }} {{ reReplaceAll \"(?i)ERR\" \"x\" \"Error\" }}", "host xor"),
    ];

    public static IEnumerable<(string Template, string Expected)> KnownToDebian => [.. Constructs, .. StandardFunctions, .. Printf, .. SharedFunctions];

    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (template, expected) in KnownToDebian.Concat(NewerConstructs))
            {
                data.Add(template, expected);
            }
            return data;
        }
    }
}
