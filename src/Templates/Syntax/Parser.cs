namespace Observability.Templates;

/// <summary>Limits of the text itself; those of rendering are in <see cref="RenderLimits"/>.</summary>
internal static class ParseLimits
{
    /// <summary>One file, in UTF-16 characters. Alertmanager's own templates have 30,000 together; the parser takes memory in proportion.</summary>
    public const int TextLength = 1 << 20;

    /// <summary>Blocks in blocks. The parser and the renderer recurse once for each; people stop below ten.</summary>
    public const int NestedBlocks = 100;

    /// <summary>Parentheses in parentheses, for the same reason.</summary>
    public const int NestedParentheses = 100;
}

/// <summary>Parses one file into its templates: the structure (if, range, with, define …); what stands inside an action is <see cref="PipelineParser"/>'s.</summary>
internal sealed class Parser
{
    private readonly SourceText _source;
    private readonly TokenReader _tokens;
    private readonly PipelineParser _pipelines;
    private readonly Dictionary<string, TemplateDefinition> _definitions = new(StringComparer.Ordinal);
    private readonly List<InvokeNode> _invocations = [];
    private int _rangeDepth;
    private int _blockDepth;

    private Parser(SourceText source, TemplateFunctions functions)
    {
        _source = source;
        _tokens = new TokenReader(source);
        _pipelines = new PipelineParser(_tokens, functions) { Scope = new VariableScope(functions.RootVariables.Keys) };
    }

    /// <exception cref="TemplateException">The first thing in the text that is wrong.</exception>
    public static ParsedFile Parse(SourceText source, TemplateFunctions functions)
    {
        if (source.Text.Length > ParseLimits.TextLength)
        {
            throw source.ErrorAt(0, $"the text has {source.Text.Length} characters; at most {ParseLimits.TextLength} are allowed");
        }
        var parser = new Parser(source, functions);
        var body = parser.ParseFile();
        return new ParsedFile(new TemplateDefinition(source.Name, source, body), parser._definitions, parser._invocations);
    }

    private List<Node> ParseFile()
    {
        var nodes = new List<Node>();
        while (true)
        {
            var token = _tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.End:
                    return nodes;
                case TokenKind.Text:
                    nodes.Add(new TextNode(token.Position, token.Text));
                    break;
                case TokenKind.Open when _tokens.PeekPastSpace().Is("define"):
                    ParseDefine(token.Position);
                    break;
                case TokenKind.Open when _tokens.PeekPastSpace() is var word && (word.Is("end") || word.Is("else")):
                    throw _source.ErrorAt(word.Position, $"{{{{{word.Text}}}}} without a block that is open");
                default:
                    nodes.Add(ParseAction(token));
                    break;
            }
        }
    }

    /// <summary>The nodes up to the <c>end</c> or <c>else</c> that closes them, whose word has been read.</summary>
    private (List<Node> Nodes, Token Closing) ParseBlock(string owner, int openedAt)
    {
        if (++_blockDepth > ParseLimits.NestedBlocks)
        {
            throw _source.ErrorAt(openedAt, $"more than {ParseLimits.NestedBlocks} blocks or branches are nested");
        }
        var nodes = new List<Node>();
        while (true)
        {
            var token = _tokens.Next();
            if (token.Kind == TokenKind.End)
            {
                throw _source.ErrorAt(openedAt, $"{{{{{owner}}}}} is not closed; expected {{{{end}}}} before the end of the text");
            }
            if (token.Kind == TokenKind.Text)
            {
                nodes.Add(new TextNode(token.Position, token.Text));
                continue;
            }
            var word = _tokens.PeekPastSpace();
            if (word.Is("end") || word.Is("else"))
            {
                _blockDepth--;
                return (nodes, _tokens.Next());
            }
            nodes.Add(ParseAction(token));
        }
    }

    private Node ParseAction(Token open)
    {
        var word = _tokens.PeekPastSpace();
        if (!word.IsKeyword)
        {
            return new ActionNode(word.Position, _pipelines.Parse("the action is empty"));
        }
        _tokens.Next();
        return word.Text switch
        {
            "if" => ParseBranch("if", open.Position),
            "with" => ParseBranch("with", open.Position),
            "range" => ParseRange(open.Position),
            "template" => ParseTemplate(word.Position),
            "block" => ParseInlineBlock(open.Position, word.Position),
            "break" or "continue" => ParseLoopControl(word),
            "define" => throw _source.ErrorAt(word.Position, "{{define}} stands inside another block; move it to the top of the file"),
            _ => throw _tokens.Unexpected(word, "an action"),
        };
    }

    private Node ParseBranch(string owner, int openedAt)
    {
        var mark = _pipelines.Scope.Mark;
        var subject = _pipelines.Parse($"{{{{{owner}}}}} needs one");
        var beforeBody = _pipelines.Scope.Mark;
        var (then, closing) = ParseBlock(owner, openedAt);
        _pipelines.Scope.CloseTo(beforeBody);
        List<Node> otherwise = [];
        if (closing.Is("else"))
        {
            var following = _tokens.PeekPastSpace();
            if (following.Is("if") || following.Is("with"))
            {
                // The inner branch reads the one {{end}} that closes the whole chain.
                _tokens.Next();
                if (++_blockDepth > ParseLimits.NestedBlocks)
                {
                    throw _source.ErrorAt(following.Position, $"more than {ParseLimits.NestedBlocks} blocks or branches are nested");
                }
                otherwise = [ParseBranch(following.Text, closing.Position)];
                _blockDepth--;
                _pipelines.Scope.CloseTo(mark);
                return Branch(owner, openedAt, subject, then, otherwise);
            }
            otherwise = ParseElse(owner, openedAt);
        }
        _tokens.Expect(TokenKind.Close, "\"}}\" after \"end\"");
        _pipelines.Scope.CloseTo(mark);
        return Branch(owner, openedAt, subject, then, otherwise);
    }

    private static Node Branch(string owner, int position, PipelineNode subject, List<Node> then, List<Node> otherwise) =>
        owner == "if" ? new IfNode(position, subject, then, otherwise) : new WithNode(position, subject, then, otherwise);

    private List<Node> ParseElse(string owner, int openedAt)
    {
        _tokens.Expect(TokenKind.Close, "\"}}\" after \"else\"");
        var (nodes, closing) = ParseBlock(owner, openedAt);
        return closing.Is("end") ? nodes : throw _source.ErrorAt(closing.Position, $"a second {{{{else}}}}; expected the {{{{end}}}} of {{{{{owner}}}}}");
    }

    private RangeNode ParseRange(int openedAt)
    {
        var mark = _pipelines.Scope.Mark;
        var subject = _pipelines.Parse("{{range}} needs one", mayDeclareTwo: true);
        var beforeBody = _pipelines.Scope.Mark;
        _rangeDepth++;
        var (body, closing) = ParseBlock("range", openedAt);
        _rangeDepth--;
        _pipelines.Scope.CloseTo(beforeBody);
        var otherwise = closing.Is("else") ? ParseElse("range", openedAt) : [];
        _tokens.Expect(TokenKind.Close, "\"}}\" after \"end\"");
        _pipelines.Scope.CloseTo(mark);
        return new RangeNode(openedAt, subject, body, otherwise);
    }

    private Node ParseLoopControl(Token word)
    {
        if (_rangeDepth == 0)
        {
            throw _source.ErrorAt(word.Position, $"{{{{{word.Text}}}}} stands outside of {{{{range}}}}");
        }
        _tokens.Expect(TokenKind.Close, $"\"}}}}\" after \"{word.Text}\"");
        return word.Text == "break" ? new BreakNode(word.Position) : new ContinueNode(word.Position);
    }

    private InvokeNode ParseTemplate(int position)
    {
        var name = ReadTemplateName("template");
        if (_tokens.PeekPastSpace().Kind == TokenKind.Close)
        {
            _tokens.Next();
            return Invoke(new InvokeNode(position, name, null));
        }
        return Invoke(new InvokeNode(position, name, _pipelines.Parse("{{template}} needs one")));
    }

    private InvokeNode ParseInlineBlock(int openedAt, int position)
    {
        var name = ReadTemplateName("block");
        var data = _pipelines.Parse("{{block}} needs the data of the template");
        ParseDefinition("block", name, openedAt);
        return Invoke(new InvokeNode(position, name, data));
    }

    private InvokeNode Invoke(InvokeNode node)
    {
        _invocations.Add(node);
        return node;
    }

    private void ParseDefine(int openedAt)
    {
        _tokens.NextPastSpace();
        var name = ReadTemplateName("define");
        _tokens.Expect(TokenKind.Close, "\"}}\" after the name of the template");
        ParseDefinition("define", name, openedAt);
    }

    /// <summary>A definition sees none of the variables around it, and no loop around it.</summary>
    private void ParseDefinition(string owner, string name, int openedAt)
    {
        var (outerScope, outerRangeDepth) = (_pipelines.Scope, _rangeDepth);
        (_pipelines.Scope, _rangeDepth) = (new VariableScope([]), 0);
        var (body, closing) = ParseBlock(owner, openedAt);
        if (!closing.Is("end"))
        {
            throw _tokens.Unexpected(closing, $"the {{{{end}}}} of {{{{{owner}}}}}");
        }
        _tokens.Expect(TokenKind.Close, "\"}}\" after \"end\"");
        (_pipelines.Scope, _rangeDepth) = (outerScope, outerRangeDepth);
        var definition = new TemplateDefinition(name, _source, body);
        if (_definitions.TryGetValue(name, out var earlier) && !earlier.IsEmpty)
        {
            if (!definition.IsEmpty)
            {
                throw _source.ErrorAt(openedAt, $"template \"{name}\" is defined a second time in this file");
            }
            return;
        }
        _definitions[name] = definition;
    }

    private string ReadTemplateName(string owner)
    {
        var token = _tokens.NextPastSpace();
        return token.Kind is TokenKind.QuotedText or TokenKind.RawText
            ? PipelineParser.TextOf(token, _source)
            : throw _tokens.Unexpected(token, $"the quoted name of a template after \"{owner}\"");
    }
}
