namespace Observability.Templates;

/// <summary>Parses what stands inside an action: pipelines, commands and operands.</summary>
internal sealed class PipelineParser(TokenReader tokens, TemplateFunctions functions)
{
    private int _depth;

    /// <summary>The variables of the template that is being parsed; a define has its own.</summary>
    public required VariableScope Scope { get; set; }

    /// <summary>Reads up to and with the closing token.</summary>
    /// <param name="owner">The word that the pipeline belongs to, for error texts.</param>
    /// <param name="mayDeclareTwo">A range may declare an index and an element.</param>
    public PipelineNode Parse(string owner, bool mayDeclareTwo = false) => Parse(owner, TokenKind.Close, mayDeclareTwo);

    public static string TextOf(Token token, SourceText source)
    {
        if (token.Kind == TokenKind.RawText)
        {
            return token.Text[1..^1].Replace("\r", "", StringComparison.Ordinal);
        }
        return Constants.TryUnquote(token.Text, out var text, out var wrongOffset)
            ? text
            : throw source.ErrorAt(token.Position + wrongOffset, "unknown escape in a string; expected one of \\a \\b \\f \\n \\r \\t \\v \\\\ \\\" \\xHH \\uHHHH \\UHHHHHHHH \\OOO, or use `raw` quotes");
    }

    private PipelineNode Parse(string owner, TokenKind closing, bool mayDeclareTwo = false)
    {
        var position = tokens.PeekPastSpace().Position;
        if (++_depth > ParseLimits.NestedParentheses)
        {
            throw tokens.Source.ErrorAt(position, $"more than {ParseLimits.NestedParentheses} parentheses are open at once");
        }
        var (variables, declares) = ParseDeclarations(mayDeclareTwo);
        var commands = new List<CommandNode>();
        while (true)
        {
            var token = tokens.PeekPastSpace();
            if (token.Kind == closing)
            {
                tokens.Next();
                break;
            }
            if (token.Kind is TokenKind.Close or TokenKind.RightParenthesis or TokenKind.End or TokenKind.Comma or TokenKind.Declare or TokenKind.Assign)
            {
                throw tokens.Unexpected(token, closing == TokenKind.Close ? "an operand, \"|\" or \"}}\"" : "an operand, \"|\" or \")\"");
            }
            commands.Add(ParseCommand(isFirst: commands.Count == 0));
        }
        _depth--;
        if (commands.Count == 0)
        {
            throw tokens.Source.ErrorAt(position, $"a value is missing: {owner}");
        }
        return new PipelineNode(position, variables, declares, commands);
    }

    private (IReadOnlyList<string> Variables, bool Declares) ParseDeclarations(bool mayDeclareTwo)
    {
        var variables = new List<string>();
        while (tokens.PeekPastSpace().Kind == TokenKind.Variable)
        {
            var following = tokens.PeekPastNext();
            if (following.Kind is not (TokenKind.Declare or TokenKind.Assign or TokenKind.Comma))
            {
                break;
            }
            var variable = tokens.Next();
            tokens.NextPastSpace();
            variables.Add(variable.Text);
            if (following.Kind == TokenKind.Comma)
            {
                if (!mayDeclareTwo || variables.Count > 1)
                {
                    throw tokens.Source.ErrorAt(following.Position, "too many variables; only a range takes two, for the index and the element");
                }
                continue;
            }
            var declares = following.Kind == TokenKind.Declare;
            foreach (var name in variables)
            {
                if (declares)
                {
                    Scope.Declare(name);
                }
                else if (!Scope.Contains(name))
                {
                    throw tokens.Source.ErrorAt(variable.Position, $"variable \"{name}\" is not declared; declare it with {name} := …");
                }
            }
            return (variables, declares);
        }
        if (variables.Count > 0)
        {
            throw tokens.Unexpected(tokens.PeekPastSpace(), "a second variable and \":=\" after the comma");
        }
        return ([], false);
    }

    private CommandNode ParseCommand(bool isFirst)
    {
        var position = tokens.PeekPastSpace().Position;
        var operands = new List<OperandNode>();
        while (true)
        {
            tokens.PeekPastSpace();
            if (ParseOperand() is { } operand)
            {
                operands.Add(operand);
            }
            var token = tokens.Peek();
            if (token.Kind == TokenKind.Space)
            {
                continue;
            }
            if (token.Kind == TokenKind.Pipe)
            {
                tokens.Next();
                var following = tokens.PeekPastSpace();
                if (following.Kind is TokenKind.Close or TokenKind.RightParenthesis or TokenKind.Pipe)
                {
                    throw tokens.Unexpected(following, "a function after \"|\"");
                }
                break;
            }
            if (token.Kind is TokenKind.Close or TokenKind.RightParenthesis)
            {
                break;
            }
            throw tokens.Unexpected(token, "a space, \"|\" or the end of the action");
        }
        if (operands.Count == 0)
        {
            throw tokens.Source.ErrorAt(position, "the command is empty; expected a value or a function");
        }
        if (!isFirst && operands[0] is ConstantNode or NilNode or DotNode)
        {
            throw tokens.Source.ErrorAt(position, "a constant cannot take the piped value; expected a function after \"|\"");
        }
        return new CommandNode(position, operands);
    }

    private OperandNode? ParseOperand()
    {
        if (ParseTerm() is not { } term)
        {
            return null;
        }
        if (tokens.Peek().Kind != TokenKind.Field)
        {
            return term;
        }
        var names = new List<string>();
        var position = tokens.Peek().Position;
        while (tokens.Peek().Kind == TokenKind.Field)
        {
            names.Add(tokens.Next().Text[1..]);
        }
        return term switch
        {
            FieldNode field => field with { Names = [.. field.Names, .. names] },
            VariableNode variable => variable with { Names = names },
            ConstantNode or NilNode or DotNode => throw tokens.Source.ErrorAt(position, "a field follows a constant, which has none"),
            _ => new ChainNode(position, term, names),
        };
    }

    private OperandNode? ParseTerm()
    {
        var token = tokens.Peek();
        switch (token.Kind)
        {
            case TokenKind.Word:
                tokens.Next();
                return WordOperand(token);
            case TokenKind.Dot:
                tokens.Next();
                return new DotNode(token.Position);
            case TokenKind.Field:
                tokens.Next();
                return new FieldNode(token.Position, [token.Text[1..]]);
            case TokenKind.Variable:
                tokens.Next();
                return Scope.Contains(token.Text)
                    ? new VariableNode(token.Position, token.Text, [])
                    : throw tokens.Source.ErrorAt(token.Position, $"variable \"{token.Text}\" is not declared here; a variable ends with the block that declares it");
            case TokenKind.Number:
                tokens.Next();
                return Constants.TryReadNumber(token.Text, out var number, out var reason)
                    ? new ConstantNode(token.Position, number, token.Text)
                    : throw tokens.Source.ErrorAt(token.Position, $"{token.Shown} is not a number: {reason}");
            case TokenKind.Character:
                tokens.Next();
                return Constants.TryReadCharacter(token.Text, out var codePoint)
                    ? new ConstantNode(token.Position, codePoint, token.Text)
                    : throw tokens.Source.ErrorAt(token.Position, $"{token.Shown} is not one character; texts stand in double quotes");
            case TokenKind.QuotedText or TokenKind.RawText:
                tokens.Next();
                return new ConstantNode(token.Position, TextOf(token, tokens.Source), token.Text);
            case TokenKind.LeftParenthesis:
                tokens.Next();
                return Parse("nothing stands between the parentheses", TokenKind.RightParenthesis);
            default:
                return null;
        }
    }

    private OperandNode WordOperand(Token word)
    {
        if (word.IsKeyword)
        {
            throw tokens.Unexpected(word, "a value or a function; this word begins an action and cannot stand inside one");
        }
        return word.Text switch
        {
            "true" => new ConstantNode(word.Position, true, word.Text),
            "false" => new ConstantNode(word.Position, false, word.Text),
            "nil" => new NilNode(word.Position),
            _ => functions.TryGet(word.Text, out var function)
                ? new FunctionNode(word.Position, function)
                : throw tokens.Source.ErrorAt(word.Position, $"function \"{word.Text}\" is not defined{functions.SuggestionFor(word.Text)}"),
        };
    }
}
